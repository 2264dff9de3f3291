internal import WeFlowOutput
internal import WeFlowPages
internal import WeFlowParameters
internal import WeFlowQuery

/// Reads the words behind a command by what the command declares: the one way from a command line to a request.
///
/// `--name value`, `--name=value`, `-n value`, `-nvalue`; a switch as `--name`, `--no-name` or `--name=VALUE`; behind `--`
/// there are arguments only. An empty value is none. An option that takes a list may be repeated, any other where it says
/// the same. Words are looked at as bytes: what follows a `=` may be a mark that belongs to no letter.
struct CommandLineReader {
    /// What a line is.
    enum Line {
        /// The command with these values.
        case values(Parameters)
        /// The command's page.
        case help
        /// The program's version.
        case version
    }

    private let parameters: [ParameterDeclaration]
    private var values: Parameters
    private var rest: ArraySlice<String>
    private var arguments: [String] = []

    /// Reads a line.
    ///
    /// - Parameters:
    ///   - words: what stands behind the command.
    ///   - parameters: what the command takes.
    /// - Returns: what is asked for.
    /// - Throws: `.usage` where an option is unknown, lacks its value, or is given twice and differently; where there are
    ///   too many arguments.
    static func line(_ words: ArraySlice<String>, _ parameters: [ParameterDeclaration]) throws(WeFlowError) -> Line {
        var reader = CommandLineReader(words, parameters)
        do throws(WeFlowError) {
            return try reader.line()
        } catch {
            // Whoever asks how it is done is told, whatever else is wrong.
            let left = reader.rest.prefix { $0 != "--" }
            guard left.contains(where: { $0 == "--help" || $0 == "-h" }) else { throw error }
            return .help
        }
    }

    private init(_ words: ArraySlice<String>, _ parameters: [ParameterDeclaration]) {
        (self.parameters, rest) = (parameters, words)
        values = Parameters(commandLine: parameters)
    }

    private mutating func line() throws(WeFlowError) -> Line {
        while let word = rest.popFirst() {
            switch word {
            case "--":
                arguments += rest
                rest = []
            case "--help", "-h": return .help
            case "--version", "-V": return .version
            default:
                let bytes = word.utf8
                if bytes.first != UInt8(ascii: "-") || bytes.count == 1 || isNumber(bytes) {
                    arguments.append(word)
                } else if bytes.dropFirst().first == UInt8(ascii: "-") {
                    try readOption(word)
                } else {
                    try readLetter(word)
                }
            }
        }
        try placeArguments()
        return .values(values)
    }

    /// Whether a word is a number below zero, for a command that takes an argument: no option is one.
    private func isNumber(_ word: String.UTF8View) -> Bool {
        parameters.contains { $0.position != .named }
            && word.dropFirst().allSatisfy { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
    }

    // MARK: Options

    private mutating func readOption(_ word: String) throws(WeFlowError) {
        let bytes = Substring(word).utf8.dropFirst(2)
        let equals = bytes.firstIndex(of: UInt8(ascii: "="))
        let name = bytes[..<(equals ?? bytes.endIndex)]
        let value = equals.map { String(Substring(bytes[$0...].dropFirst())) }
        guard let option = Self.option(name, among: parameters) else { throw unknown(String(Substring(name))) }
        let label = "--" + String(Substring(name))
        if option.isNegated {
            guard value == nil else { throw WeFlowError(.usage, "\(label) takes no value") }
            try set(option.parameter, option.name, to: "0", label)
        } else if option.parameter.isSwitch {
            let isOn = value.flatMap(Parameters.flag)
            try set(option.parameter, option.name, to: isOn.map { $0 ? "1" : "0" } ?? value ?? "1", label)
        } else {
            let value = if let value { value } else { try nextWord(for: option.parameter, label) }
            try set(option.parameter, option.name, to: value, label)
        }
    }

    private mutating func readLetter(_ word: String) throws(WeFlowError) {
        let bytes = Substring(word).utf8.dropFirst()
        guard let letter = bytes.first, let parameter = parameters.first(where: { $0.letter == letter }) else {
            throw unknown(nil, word: word)
        }
        let label = "-" + String(decoding: [letter], as: UTF8.self)
        var joined = bytes.dropFirst()
        if joined.isEmpty { return try set(parameter, parameter.name, to: nextWord(for: parameter, label), label) }
        if joined.first == UInt8(ascii: "=") { joined = joined.dropFirst() }
        try set(parameter, parameter.name, to: String(Substring(joined)), label)
    }

    /// The word behind an option, which is its value. One that looks like an option is one for a text only: whoever
    /// writes `--output --pretty` has left the file out.
    private mutating func nextWord(for parameter: ParameterDeclaration, _ label: String) throws(WeFlowError) -> String {
        let missing = WeFlowError(.usage, "\(label) needs a value; write \(label) <\(parameter.argumentName)>")
        guard let word = rest.popFirst() else { throw missing }
        switch parameter.kind {
        case .choice, .file, .folder, .exactNumber:
            guard word.utf8.first != UInt8(ascii: "-") || word.utf8.count == 1 else {
                rest = [word] + rest
                throw missing
            }
        default: break
        }
        return word
    }

    /// Sets a value, under the name by which it was given.
    private mutating func set(
        _ parameter: ParameterDeclaration, _ name: String, to text: String, _ label: String
    ) throws(WeFlowError) {
        if text.isEmpty { return }
        let value = JSONValue.string(text)
        switch values[name] {
        case nil: values.set(name, to: value)
        case .array(let before)? where parameter.isList: values.set(name, to: .array(before + [value]))
        case let before? where parameter.isList: values.set(name, to: .array([before, value]))
        case value?: break
        default: throw WeFlowError(.usage, "\(label) is given twice, and differently; give it once")
        }
    }

    // MARK: Arguments

    private mutating func placeArguments() throws(WeFlowError) {
        var left = arguments[...]
        for parameter in parameters where parameter.position != .named {
            if parameter.position == .arguments {
                if !left.isEmpty { values.set(parameter.name, to: .array(left.map(JSONValue.string))) }
                return
            }
            guard let argument = left.popFirst() else { return }
            guard !argument.isEmpty else { continue }
            guard values[parameter.name] ?? .string(argument) == .string(argument) else {
                let option = ParameterDeclaration.optionName(parameter.name)
                throw WeFlowError(.usage, "the argument and --\(option) are not the same; give one of them")
            }
            values.set(parameter.name, to: .string(argument))
        }
        guard let word = left.first else { return }
        throw WeFlowError(.usage, "\(word.inOneLine) is one argument too many")
    }

    // MARK: Names

    /// The parameter that an option means, the name it was called by, and whether it is turned off.
    private static func option(
        _ text: Substring.UTF8View, among parameters: [ParameterDeclaration]
    ) -> (parameter: ParameterDeclaration, name: String, isNegated: Bool)? {
        for parameter in parameters where parameter.position != .argument && parameter.position != .arguments {
            if let name = parameter.name(of: text) { return (parameter, name, false) }
        }
        guard text.starts(with: "no-".utf8) else { return nil }
        for parameter in parameters where parameter.hasNegation {
            if let name = parameter.name(of: text.dropFirst(3)) { return (parameter, name, true) }
        }
        return nil
    }

    private func unknown(_ name: String?, word: String? = nil) -> WeFlowError {
        let given = name.map { "--\($0)" } ?? word ?? ""
        let nearest = name.flatMap { Self.nearest(to: $0, among: parameters) }
        let hint = nearest.map { "; did you mean --\($0)?" } ?? ""
        return WeFlowError(.usage, "there is no option \(given.inOneLine)\(hint)")
    }

    /// The option that somebody most likely meant. A misspelt name leads to the right one.
    private static func nearest(to name: String, among parameters: [ParameterDeclaration]) -> String? {
        var meant: [String: String] = ["help": "help"]
        for parameter in parameters where parameter.position != .argument && parameter.position != .arguments {
            let right = ParameterDeclaration.optionName(parameter.name)
            for (word, option) in [(parameter.name, right)]
                + parameter.aliases.map({ ($0.name, $0.isMisspelt ? right : ParameterDeclaration.optionName($0.name)) })
            {
                let word = ParameterDeclaration.optionName(word)
                meant[word] = option
                if parameter.hasNegation { meant["no-\(word)"] = "no-\(option)" }
            }
        }
        return Nearest.word(to: name, among: meant.keys.sorted()).flatMap { meant[$0] }
    }
}

extension ParameterDeclaration {
    /// The one of its names of which this is the option.
    fileprivate func name(of option: Substring.UTF8View) -> String? {
        if Self.isOption(option, of: name) { return name }
        return aliases.first { Self.isOption(option, of: $0.name) }?.name
    }
}
