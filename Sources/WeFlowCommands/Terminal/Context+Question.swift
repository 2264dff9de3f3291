internal import WeFlowOutput
internal import WeFlowSystem

extension Context {
    /// Asks a question on the terminal and waits for the answer.
    ///
    /// - Parameter question: without the choices, which are put behind it.
    /// - Returns: whether the answer is yes; an empty one is no.
    func asks(_ question: String) -> Bool {
        writeError("weflow: \(question.inOneLine) [y/N] ")
        let answer = readLine() ?? ""
        return ["y", "yes"].contains(answer.lowercased())
    }

    /// A line of the standard input without its end and the blanks around it; nil where the input has ended.
    private func readLine() -> String? {
        var line: [UInt8] = []
        var byte: UInt8 = 0
        while line.count < 1024 {
            let got = try? withUnsafeMutableBytes(of: &byte) { try Descriptor.standardInput.read(into: $0) }
            guard got == 1 else { return nil }
            if byte == UInt8(ascii: "\n") { break }
            line.append(byte)
        }
        let text = String(decoding: line, as: UTF8.self)
        return String(text.drop { $0 == " " }.prefix { $0 != " " && $0 != "\r" })
    }
}
