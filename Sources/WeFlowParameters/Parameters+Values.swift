import WeFlowPages

extension Parameters {
    /// Text as it is; a JSON number or boolean counts as its own text. nil where it is absent.
    ///
    /// - Throws: `.usage` where the value is a list or an object, or where name and alias disagree.
    public subscript(parameter: Parameter<String?>) -> String? {
        get throws(WeFlowError) { try value(parameter.declaration, reading: Self.text) }
    }

    /// Text that must be there, never empty.
    ///
    /// - Throws: `.usage` where it is absent, too.
    public subscript(parameter: Parameter<String>) -> String {
        get throws(WeFlowError) {
            let declaration = parameter.declaration
            if let text = try value(declaration, reading: Self.text) { return text }
            if source == .http, let sentence = declaration.missing?.http { throw WeFlowError(.usage, sentence) }
            let remedy = declaration.missing.map { "; \($0.remedy)" } ?? ""
            throw WeFlowError(.usage, "\(label(parameter)) is missing\(remedy)")
        }
    }

    /// A whole number, brought into its range: `50`, `"50"` and `50.0` are the same; `1.5`, `1e3` and `20abc` are errors.
    ///
    /// - Throws: `.usage` where the value is not a whole number.
    public subscript(parameter: Parameter<Int>) -> Int {
        get throws(WeFlowError) {
            guard case .number(let range, let standard) = parameter.declaration.kind else { return 0 }
            let number = try value(parameter.declaration) { (raw, label) throws(WeFlowError) in
                let number = try Self.wholeNumber(raw, label, from: range.lowerBound)
                return Swift.min(Swift.max(number, range.lowerBound), range.upperBound)
            }
            return number ?? standard
        }
    }

    /// A limit, nil for all; or a number that must lie in its range, nil where it is absent.
    ///
    /// - Throws: `.usage` where the value is not a whole number, or a number that is not taken: beyond the range, or a
    ///   negative limit on the command line. Over HTTP a limit is brought into its range.
    public subscript(parameter: Parameter<Int?>) -> Int? {
        get throws(WeFlowError) {
            switch parameter.declaration.kind {
            case .limit(let most, let standard):
                let isCommandLine = source == .commandLine
                let limit =
                    try value(parameter.declaration) { (raw, label) throws(WeFlowError) in
                        let number = try Self.wholeNumber(raw, label, from: isCommandLine ? 0 : 1)
                        guard isCommandLine else { return Swift.min(Swift.max(number, 1), most) }
                        guard number >= 0 else {
                            throw WeFlowError(.usage, "\(label) is negative; give how many, or 0 for all of them")
                        }
                        return Swift.min(number, Self.all)
                    } ?? standard
                return limit == 0 ? nil : limit
            case .exactNumber(let range):
                return try value(parameter.declaration) { (raw, label) throws(WeFlowError) in
                    let number = try Self.wholeNumber(raw, label, from: range.lowerBound)
                    guard range.contains(number) else {
                        throw WeFlowError(
                            .usage, "\(label) must lie between \(range.lowerBound) and \(range.upperBound)")
                    }
                    return number
                }
            default: return nil
            }
        }
    }

    /// A number that no list reaches, and that no sum with another of its size overflows.
    public static let all = 1 << 53

    /// A switch: `1 true yes on` or `0 false no off` in any case, or a JSON boolean.
    ///
    /// - Throws: `.usage` for anything else.
    public subscript(parameter: Parameter<Bool>) -> Bool {
        get throws(WeFlowError) {
            if let flag = try flag(parameter.declaration) { return flag }
            if case .flag(let standard) = parameter.declaration.kind { return standard ?? false }
            return false
        }
    }

    /// A switch, nil where it is absent.
    ///
    /// - Throws: `.usage` for what is no switch.
    public subscript(parameter: Parameter<Bool?>) -> Bool? {
        get throws(WeFlowError) { try flag(parameter.declaration) }
    }

    private func flag(_ declaration: ParameterDeclaration) throws(WeFlowError) -> Bool? {
        try value(declaration) { (raw, label) throws(WeFlowError) in
            if case .bool(let flag) = raw { return flag }
            guard let flag = Self.flag(try Self.text(raw, label: label)) else {
                throw WeFlowError(.usage, "\(label) is not a switch; give 1 or 0, true or false, yes or no, on or off")
            }
            return flag
        }
    }

    /// A moment in Unix seconds, in local time where the value names no zone; nil where it is absent, or the number 0,
    /// which clients send for no bound.
    ///
    /// - Throws: `.usage` where the value has none of the forms, or names a day or an hour that does not exist.
    public subscript(parameter: Parameter<Int64?>) -> Int64? {
        get throws(WeFlowError) { try time(parameter) }
    }

    /// The same by another clock than the system's.
    func time(_ parameter: Parameter<Int64?>, zone: LocalZone = .system) throws(WeFlowError) -> Int64? {
        guard case .time(let bound) = parameter.declaration.kind else { return nil }
        let moment = try value(parameter.declaration) { (raw, label) throws(WeFlowError) -> Int64? in
            let text = try Self.text(raw, label: label)
            do throws(TimeText.Fault) {
                return TimeText.isNoBound(text) ? nil : try TimeText.moment(text, bound: bound, zone: zone)
            } catch {
                throw WeFlowError(.usage, "\(label) \(error.complaint)")
            }
        }
        return moment ?? nil
    }

    /// Items between commas, blanks around them and empty ones dropped; a JSON list of texts serves as well, and on the
    /// command line the option as often as one likes.
    ///
    /// - Throws: `.usage` where the value is an object, or a list of anything but text.
    public subscript(parameter: Parameter<[String]>) -> [String] {
        get throws(WeFlowError) {
            // The elements of a JSON list are whole; those of a repeated option are lists themselves.
            let areLists = source == .commandLine && parameter.declaration.position != .arguments
            let items = try value(parameter.declaration) { (raw, label) throws(WeFlowError) in
                guard case .array(let elements) = raw else { return try Self.items(raw, label) }
                var items: [String] = []
                for element in elements {
                    items += areLists ? try Self.items(element, label) : [try Self.text(element, label: label)]
                }
                return items
            }
            return (items ?? []).map(\.trimmingBlanks).filter { !$0.isEmpty }
        }
    }

    private static func items(_ raw: JSONValue, _ label: String) throws(WeFlowError) -> [String] {
        // By bytes: a comma is one whatever mark follows it.
        try text(raw, label: label).utf8.split(separator: UInt8(ascii: ",")).map { String(Substring($0)) }
    }

    /// One of the words of a choice, in any case.
    ///
    /// - Throws: `.usage` where the value is none of them, or is missing and there is no default.
    public subscript<Choice: ParameterChoice>(parameter: Parameter<Choice>) -> Choice {
        get throws(WeFlowError) {
            if let choice: Choice = try choice(parameter.declaration) { return choice }
            guard case .choice(_, let word?) = parameter.declaration.kind, let choice = Choice(rawValue: word) else {
                let words = ParameterDeclaration.alternatives(parameter.declaration.choices(in: source.scope))
                throw WeFlowError(.usage, "\(label(parameter)) is missing; give \(words)")
            }
            return choice
        }
    }

    /// One of the words of a choice, in any case; nil where none is given.
    ///
    /// - Throws: `.usage` where the value is none of them.
    public subscript<Choice: ParameterChoice>(parameter: Parameter<Choice?>) -> Choice? {
        get throws(WeFlowError) { try choice(parameter.declaration) }
    }

    private func choice<Choice: ParameterChoice>(_ declaration: ParameterDeclaration) throws(WeFlowError) -> Choice? {
        try value(declaration) { (raw, label) throws(WeFlowError) in
            let word = try Self.text(raw, label: label).lowercased()
            let choices = declaration.choices(in: source.scope)
            if let known = choices.first(where: { $0.word == word || $0.others.contains(word) }),
                let choice = Choice(rawValue: known.word)
            {
                return choice
            }
            let nearest = choices.count > 1 ? Nearest.word(to: word, among: choices.map(\.word)) : nil
            let hint = nearest.map { "; did you mean \($0)?" } ?? ""
            throw WeFlowError(.usage, "\(label) must be \(ParameterDeclaration.alternatives(choices))\(hint)")
        }
    }

    private static func text(_ raw: JSONValue, label: String) throws(WeFlowError) -> String {
        switch raw {
        case .string(let text), .number(let text): return text
        case .bool(let flag): return flag ? "true" : "false"
        case .null, .array, .object: throw WeFlowError(.usage, "\(label) must be a text, a number or a boolean")
        }
    }

    /// The switch that a word stands for.
    public static func flag(_ word: String) -> Bool? {
        switch word.lowercased() {
        case "1", "true", "yes", "on": true
        case "0", "false", "no", "off": false
        default: nil
        }
    }

    private static func wholeNumber(_ raw: JSONValue, _ label: String, from least: Int) throws(WeFlowError) -> Int {
        guard let number = wholeNumber(try text(raw, label: label)) else {
            throw WeFlowError(.usage, "\(label) is not a whole number; give one from \(least) up")
        }
        return number
    }

    /// Digits with an optional sign, and an optional fraction of zeros; what does not fit is the nearest that does.
    private static func wholeNumber(_ text: String) -> Int? {
        var digits = text.utf8[...]
        let isNegative = digits.first == UInt8(ascii: "-")
        if isNegative { digits.removeFirst() }
        if let point = digits.firstIndex(of: UInt8(ascii: ".")) {
            let fraction = digits[point...].dropFirst()
            guard !fraction.isEmpty, fraction.allSatisfy({ $0 == UInt8(ascii: "0") }) else { return nil }
            digits = digits[..<point]
        }
        guard !digits.isEmpty, digits.allSatisfy(\.isASCIIDigit) else { return nil }
        let magnitude = Int(Substring(digits)) ?? Int.max
        return isNegative ? -magnitude : magnitude
    }
}

extension String {
    /// Without blanks and line ends at both ends.
    public var trimmingBlanks: String {
        // By scalars: a blank is one whatever mark follows it.
        var text = unicodeScalars[...]
        while let first = text.first, first.properties.isWhitespace { text.removeFirst() }
        while let last = text.last, last.properties.isWhitespace { text.removeLast() }
        return String(text)
    }
}
