internal import WeFlowOutput
internal import WeFlowPages
internal import WeFlowSystem

extension Context {
    /// Asks a question on the terminal and waits for the answer.
    ///
    /// - Parameters:
    ///   - question: without the choices, which are put behind it.
    ///   - isYes: what an empty answer means.
    /// - Returns: whether the answer is yes; no answer at all is no.
    func asks(_ question: String, isYes: Bool = false) -> Bool {
        writeError("weflow: \(question.inOneLine) [\(isYes ? "Y/n" : "y/N")] ")
        guard let answer = Self.line()?.lowercased() else { return false }
        return answer.isEmpty ? isYes : ["y", "yes"].contains(answer)
    }

    /// Asks for a text on the terminal.
    ///
    /// - Parameter question: what is asked for.
    /// - Returns: the answer without the blanks around it, empty where there is none.
    /// - Throws: `.usage` where the input has ended.
    func answer(to question: String) throws(WeFlowError) -> String {
        writeError("weflow: \(question.inOneLine): ")
        guard let line = Self.line() else { throw Self.noAnswer }
        return line
    }

    /// Asks for a secret on the terminal, which shows nothing of it, and is as before when this returns or the run is
    /// interrupted.
    ///
    /// - Throws: as ``answer(to:)``.
    func secretAnswer(to question: String) throws(WeFlowError) -> String {
        writeError("weflow: \(question.inOneLine): ")
        let mode = TerminalMode(hidingInputOf: .standardInput)
        let interruption = Interruption(cleanUps) { mode?.restore() }
        defer { withExtendedLifetime(interruption) { mode?.restore() } }
        guard let line = Self.line() else { throw Self.noAnswer }
        return line
    }

    private static let noAnswer = WeFlowError(
        .usage, "the input ended where an answer was due; nothing was written, start again")

    /// The longest line that is taken, in bytes: a map of keys may be one.
    private static let longest = 1 << 16

    /// A line of the standard input without its end and the blanks around it; nil where the input has ended.
    private static func line() -> String? {
        var line: [UInt8] = []
        var byte: UInt8 = 0
        while line.count < longest {
            let got = try? withUnsafeMutableBytes(of: &byte) { try Descriptor.standardInput.read(into: $0) }
            guard got == 1 else { return nil }
            if byte == UInt8(ascii: "\n") { break }
            line.append(byte)
        }
        func isBlank(_ byte: UInt8) -> Bool { [0x20, 0x09, 0x0D].contains(byte) }
        let end = line.lastIndex { !isBlank($0) }.map { $0 + 1 } ?? 0
        return String(decoding: line[..<end].drop(while: isBlank), as: UTF8.self)
    }
}
