internal import WeFlowOutput

/// Words in the language of man, mdoc: ASCII alone, with nothing in them that the formatter would obey.
enum Mdoc {
    static func section(_ title: String, _ body: String) -> String { ".Sh \(title)\n" + body }

    static func list(_ rows: [(term: String, text: String)], _ item: String) -> String {
        ".Bl -tag -width Ds\n" + rows.map { ".\(item) \(escaped($0.term))\n" + prose($0.text) }.joined() + ".El\n"
    }

    static func list(_ arguments: [CommandTree.Argument]) -> String {
        guard !arguments.isEmpty else { return "" }
        let items = arguments.map { argument in
            var names = argument.names
            if argument.hasNegation { names += names.map { "--no-" + $0.dropFirst(2) } }
            let value = argument.kind == .flag ? "" : " Ar \(escaped(argument.valueName))"
            let flags = names.map { name in "Fl \(escaped(String(name.dropFirst())))" }.joined(separator: " , ")
            return ".It \(flags)\(value)\n".replacing(".It  ", with: ".It ") + prose(argument.abstract)
        }
        return ".Bl -tag -width Ds\n" + items.joined() + ".El\n"
    }

    /// Text in lines that are not too long, a sentence beginning a line of its own.
    static func prose(_ text: String) -> String {
        text.replacing("\n", with: " ").replacing(". ", with: ".\n").split(separator: "\n")
            .flatMap { lines(String($0)) }.map { $0 + "\n" }.joined()
    }

    /// A sentence in lines of at most 80 bytes, as far as its words are shorter; a letter outside of ASCII takes eight.
    private static func lines(_ sentence: String) -> [String] {
        for width in [72, 56, 40] {
            let lines = sentence.wrapped(to: width).map(escaped)
            if lines.allSatisfy({ $0.utf8.count <= 80 }) { return lines }
        }
        return sentence.wrapped(to: 24).map(escaped)
    }

    /// Text without anything that the formatter would obey, and in ASCII.
    static func escaped(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": escaped += "\\e"
            case "-": escaped += "\\-"
            case "'" where escaped.isEmpty: escaped += "\\(aq"
            case "." where escaped.isEmpty: escaped += "\\&."
            case "~": escaped += "\\(ti"
            case "^": escaped += "\\(ha"
            case _ where scalar.value > 0x7E:
                let digits = String(scalar.value, radix: 16, uppercase: true)
                escaped += "\\[u" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits + "]"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
