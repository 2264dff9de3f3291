package import WeFlowQuery

extension JSONWriter {
    /// Writes a message as an archive keeps it: the object of the API with `detail` and `senderName`, on one line.
    ///
    /// - Parameters:
    ///   - message: the message; what became of its media is left out.
    ///   - names: tells the name of who sent it.
    ///   - text: room for texts that are put together.
    package mutating func archivedMessage(_ message: borrowing Message, names: NameBook, text: inout [UInt8]) {
        beginObject()
        fields(of: message, detail: true, names: names, baseURL: "", text: &text)
        endObject()
        endLine()
    }
}
