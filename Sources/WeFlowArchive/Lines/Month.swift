/// A calendar month, by which the lines of a chat are filed.
struct Month: Hashable, Comparable, Sendable {
    /// Months since the year 0.
    let number: Int

    init(number: Int) { self.number = number }

    /// The month of a file's name, `2026-01`; nil where it is none.
    init?(name: Substring) {
        let digits = Array(name.utf8)
        guard digits.count == 7, digits[4] == UInt8(ascii: "-"), let year = Int(name.prefix(4)), year >= 0,
            let month = Int(name.suffix(2)), 1...12 ~= month
        else { return nil }
        number = year * 12 + month - 1
    }

    /// `2026-01`.
    var name: String {
        let (year, month) = ("\(number / 12)", number % 12 + 1)
        return String(repeating: "0", count: max(0, 4 - year.count)) + year + (month < 10 ? "-0" : "-") + "\(month)"
    }

    static func < (a: Month, b: Month) -> Bool { a.number < b.number }
}
