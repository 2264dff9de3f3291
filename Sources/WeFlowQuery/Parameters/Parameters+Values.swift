public import WeFlowPages

extension Parameters {
    /// Text as it is; a JSON number or boolean counts as its own text.
    ///
    /// - Throws: `.usage` where the value is a list or an object, or where name and alias disagree.
    public func string(_ names: String...) throws(WeFlowError) -> String? {
        try value(names, reading: Self.text)
    }

    /// Text that must be there.
    ///
    /// - Parameters:
    ///   - name: the name that an error asks for.
    ///   - aliases: other names that are taken.
    ///   - remedy: what to give, to follow a semicolon.
    /// - Returns: the text, never empty.
    /// - Throws: `.usage` where it is absent, too.
    public func required(_ name: String, _ aliases: String..., remedy: String) throws(WeFlowError) -> String {
        if let text = try value([name] + aliases, reading: Self.text) { return text }
        throw WeFlowError(.usage, "\(label(name)) is missing; \(remedy)")
    }

    /// A whole number, clamped to `range`: `50`, `"50"` and `50.0` are the same; `1.5`, `1e3` and `20abc` are errors.
    ///
    /// - Throws: `.usage` where the value is not a whole number.
    public func int(_ names: String..., default: Int, in range: ClosedRange<Int>) throws(WeFlowError) -> Int {
        let number = try value(names) { (raw, label) throws(WeFlowError) in
            guard let number = Self.wholeNumber(try Self.text(raw, label: label)) else {
                throw WeFlowError(.usage, "\(label) is not a whole number; give one from \(range.lowerBound) up")
            }
            return Swift.min(Swift.max(number, range.lowerBound), range.upperBound)
        }
        return number ?? `default`
    }

    /// A switch: `1 true yes on` or `0 false no off` in any case, or a JSON boolean.
    ///
    /// - Throws: `.usage` for anything else.
    public func bool(_ names: String..., default: Bool = false) throws(WeFlowError) -> Bool {
        let flag = try value(names) { (raw, label) throws(WeFlowError) in
            if case .bool(let flag) = raw { return flag }
            guard let flag = Self.flag(try Self.text(raw, label: label)) else {
                throw WeFlowError(.usage, "\(label) is not a switch; give 1 or 0, true or false, yes or no, on or off")
            }
            return flag
        }
        return flag ?? `default`
    }

    /// A moment in Unix seconds, in any of the forms of a time (<doc:ParameterValues#Times>).
    ///
    /// - Parameters:
    ///   - names: the name and its aliases.
    ///   - bound: whether it opens or closes a range.
    ///   - zone: local time, where the value names no zone.
    /// - Returns: Unix seconds, nil where the parameter is absent or the number 0, which clients send for no bound.
    /// - Throws: `.usage` where the value has none of the forms, or names a day or an hour that does not exist.
    public func time(
        _ names: String..., as bound: TimeBound, zone: LocalZone = .system
    ) throws(WeFlowError) -> Int64? {
        let moment = try value(names) { (raw, label) throws(WeFlowError) -> Int64? in
            let text = try Self.text(raw, label: label)
            do throws(TimeText.Fault) {
                return TimeText.isNoBound(text) ? nil : try TimeText.moment(text, bound: bound, zone: zone)
            } catch {
                throw WeFlowError(.usage, "\(label) \(error.complaint)")
            }
        }
        return moment ?? nil
    }

    /// Items between commas, blanks around them and empty ones dropped; a JSON list of texts serves as well.
    ///
    /// - Throws: `.usage` where the value is an object, or a list of anything but text.
    public func list(_ names: String...) throws(WeFlowError) -> [String] {
        let items = try value(names) { (raw, label) throws(WeFlowError) in
            guard case .array(let elements) = raw else {
                return try Self.text(raw, label: label).split(separator: ",").map(String.init)
            }
            var items: [String] = []
            for element in elements { items.append(try Self.text(element, label: label)) }
            return items
        }
        return (items ?? []).map(\.trimmingBlanks).filter { !$0.isEmpty }
    }

    /// One of the given words, in any case.
    ///
    /// - Parameters:
    ///   - names: the name and its aliases.
    ///   - choices: the words that are taken, in the order in which an error lists them.
    /// - Returns: the choice, nil where the parameter is absent.
    /// - Throws: `.usage` where the value is none of `choices`.
    public func choice<Choice: RawRepresentable<String> & Equatable>(
        _ names: String..., of choices: [Choice]
    ) throws(WeFlowError) -> Choice? {
        try value(names) { (raw, label) throws(WeFlowError) in
            let word = try Self.text(raw, label: label).lowercased()
            guard let choice = choices.first(where: { $0.rawValue == word }) else {
                let words = choices.map(\.rawValue)
                let nearest = words.count > 1 ? Nearest.word(to: word, among: words) : nil
                let hint = nearest.map { "; did you mean \($0)?" } ?? ""
                throw WeFlowError(.usage, "\(label) must be \(Self.alternatives(words))\(hint)")
            }
            return choice
        }
    }

    /// `json`, `json or text`, `json, jsonl or text`.
    private static func alternatives(_ words: [String]) -> String {
        guard words.count > 1 else { return words.joined() }
        return words.dropLast().joined(separator: ", ") + " or " + words.suffix(1).joined()
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
    var trimmingBlanks: String {
        var text = self[...]
        while let first = text.first, first.isWhitespace { text.removeFirst() }
        while let last = text.last, last.isWhitespace { text.removeLast() }
        return String(text)
    }
}
