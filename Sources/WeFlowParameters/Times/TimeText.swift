/// The grammar of a time parameter (<doc:ParameterValues#Times>).
enum TimeText {
    /// Why a text is no time.
    enum Fault: Error, Equatable {
        /// It has none of the forms.
        case form
        /// The day, the hour or the zone does not exist.
        case impossible
        /// A date without a time of day has a zone.
        case zoneOnDate

        /// To follow the parameter's name.
        var complaint: String {
            switch self {
            case .form: "is not a time; write YYYYMMDD, YYYY-MM-DD, YYYY-MM-DDTHH:MM[:SS][+08:00] or Unix seconds"
            case .impossible: "names a day, an hour or a zone that does not exist"
            case .zoneOnDate: "is a bare date with a zone; add a time of day or leave the zone out"
            }
        }
    }

    /// The moment that `text` names, in Unix seconds.
    ///
    /// - Throws: `Fault` where it names none.
    static func moment(_ text: String, bound: TimeBound, zone: LocalZone) throws(Fault) -> Int64 {
        if let seconds = unixSeconds(text) { return seconds }
        var reader = Reader(text)
        let date = try reader.date()
        guard reader.takeTimeMark() else {
            if reader.beginsZone { throw .zoneOnDate }
            guard reader.isAtEnd else { throw .form }
            return zone.moment(of: try civil(date, bound == .end ? (23, 59, 59) : (0, 0, 0)), bound: bound)
        }
        let time = try reader.time()
        let civil = try civil(date, time)
        if reader.isAtEnd { return zone.moment(of: civil, bound: bound) }
        let offset = try reader.zoneOffset()
        guard reader.isAtEnd else { throw .form }
        return civil.secondsSince1970 - offset
    }

    /// Whether `text` is the number 0: no moment, but no bound at all.
    static func isNoBound(_ text: String) -> Bool { unixSeconds(text) == 0 }

    private static func civil(
        _ date: (year: Int, month: Int, day: Int), _ time: (hour: Int, minute: Int, second: Int)
    ) throws(Fault) -> CivilTime {
        let civil = CivilTime(
            year: date.year, month: date.month, day: date.day, hour: time.hour, minute: time.minute,
            second: time.second)
        guard let civil else { throw .impossible }
        return civil
    }

    /// Unix seconds, or milliseconds above 10^10, the fraction dropped; nil for any other form, eight digits included.
    private static func unixSeconds(_ text: String) -> Int64? {
        var digits = text.utf8[...]
        let isNegative = digits.first == UInt8(ascii: "-")
        if isNegative { digits.removeFirst() }
        if let point = digits.firstIndex(of: UInt8(ascii: ".")) {
            let fraction = digits[point...].dropFirst()
            guard !fraction.isEmpty, fraction.allSatisfy(\.isASCIIDigit) else { return nil }
            digits = digits[..<point]
        } else if !isNegative && digits.count == 8 {
            return nil
        }
        guard !digits.isEmpty, digits.allSatisfy(\.isASCIIDigit) else { return nil }
        var seconds = Int64(Substring(digits)) ?? Int64.max
        if seconds > 10_000_000_000 { seconds /= 1000 }
        return isNegative ? -seconds : seconds
    }

    /// Takes fixed-width fields off the front of a text.
    private struct Reader {
        private var rest: Substring.UTF8View

        init(_ text: String) { rest = Substring(text).utf8 }

        var isAtEnd: Bool { rest.isEmpty }

        mutating func date() throws(Fault) -> (year: Int, month: Int, day: Int) {
            let year = try number(4)
            let dashed = take("-")
            let month = try number(2)
            guard !dashed || take("-") else { throw .form }
            return (year, month, try number(2))
        }

        /// Whether a time of day follows the date.
        mutating func takeTimeMark() -> Bool {
            take("T") || take("t")
                || (rest.first == UInt8(ascii: " ") && rest.dropFirst(3).first == UInt8(ascii: ":")
                    && take(" "))
        }

        /// `HH:MM[:SS[.fraction]]`, the fraction dropped.
        mutating func time() throws(Fault) -> (hour: Int, minute: Int, second: Int) {
            let hour = try number(2)
            guard take(":") else { throw .form }
            let minute = try number(2)
            guard take(":") else { return (hour, minute, 0) }
            let second = try number(2)
            if take(".") {
                guard let digit = rest.first, digit.isASCIIDigit else { throw .form }
                rest = rest.drop(while: \.isASCIIDigit)
            }
            return (hour, minute, second)
        }

        /// Whether what is left begins like a zone.
        var beginsZone: Bool {
            switch rest.first {
            case UInt8(ascii: "Z"), UInt8(ascii: "z"), UInt8(ascii: "+"), UInt8(ascii: "-"): true
            default: false
            }
        }

        /// Seconds east of UTC of `Z`, `+08:00`, `+0800` or `+08`. A blank serves as the plus that it was before a query
        /// string took it for one.
        mutating func zoneOffset() throws(Fault) -> Int64 {
            if take("Z") || take("z") { return 0 }
            let isWest = take("-")
            guard isWest || take("+") || take(" ") else { throw .form }
            let hours = try number(2)
            _ = take(":")
            let minutes = isAtEnd ? 0 : try number(2)
            guard hours < 24, minutes < 60 else { throw .impossible }
            let seconds = Int64(hours * 3600 + minutes * 60)
            return isWest ? -seconds : seconds
        }

        private mutating func number(_ width: Int) throws(Fault) -> Int {
            let digits = rest.prefix(width)
            guard digits.count == width, digits.allSatisfy(\.isASCIIDigit), let number = Int(Substring(digits)) else {
                throw .form
            }
            rest = rest.dropFirst(width)
            return number
        }

        private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
            guard rest.first == UInt8(ascii: scalar) else { return false }
            rest = rest.dropFirst()
            return true
        }
    }
}
