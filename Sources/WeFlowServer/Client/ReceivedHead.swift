/// The head of an answer as a client of ours reads it (RFC 9112 sections 4 and 5).
struct ReceivedHead {
    /// The status, nil where what answers does not speak HTTP/1.
    let status: Int?
    /// Where the body begins.
    let end: Int
    /// The fields in lower case.
    private let fields: [Substring]

    /// Reads the head at the beginning of an answer; nil where it is not all there yet.
    init?(of answer: [UInt8]) {
        let mark: [UInt8] = [13, 10, 13, 10]
        guard let blank = answer.firstRange(of: mark) else { return nil }
        end = blank.upperBound
        let lines = String(decoding: answer[..<blank.lowerBound], as: UTF8.self).lowercased()
            .split(separator: "\r\n", omittingEmptySubsequences: false)
        let words = lines[0].split(separator: " ")
        status = words.count > 1 && words[0].hasPrefix("http/1.") ? Int(words[1]) : nil
        fields = Array(lines.dropFirst())
    }

    /// What a field says, in lower case; nil where there is none of this lower-case name.
    func value(_ name: String) -> String? {
        guard let field = fields.first(where: { $0.hasPrefix(name + ":") }) else { return nil }
        let value = field.dropFirst(name.count + 1).drop { $0 == " " || $0 == "\t" }
        return String(value.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
    }
}
