package import WeFlowModel
package import WeFlowStore

/// Whether the file of a message is there; the raw value is what answers say (<doc:FilesOfMessages#States>).
public enum FileState: String, Sendable, Equatable, CaseIterable {
    /// It is, as far as its size and, where its name was guessed, its MD5 can tell.
    case present
    /// There is nothing that could be it.
    case absent
    /// What is there has another size or another MD5.
    case mismatch
}

/// A file that a message has, by all that leads to it.
package struct WantedFile: Sendable {
    /// The chat, by its hash.
    package let chat: TableHash
    /// Where the message is in its table.
    package let localID: Int64
    /// When the message was sent, in Unix seconds.
    package let createTime: Int64
    /// The name that the sender gave it, "" for none.
    package let name: String
    /// Its extension as the message says it, "" where it does not.
    package let ending: String
    /// Its size in bytes as the message says it, nil where it does not.
    package let size: Int64?
    /// The MD5 of its bytes as the message says it.
    package let md5: HexName?
    /// Whether it is still being sent, so that there is none.
    package let isUploading: Bool
    /// Where it lies in a forwarded record, nil for a message of its own.
    package let place: RecordPlace?

    /// The place of a file in a forwarded record.
    package struct RecordPlace: Sendable, Equatable {
        /// The places of the items that lead to it, counted from 0: `0`, `0_2`.
        package let path: String
        /// The record's folder as the message names it, "" where it does not.
        package let folder: String
        /// What tells the records of one search apart.
        package let record: Int
    }

    /// A file message.
    package init(_ file: FileContent, chat: TableHash, localID: Int64, createTime: Int64) {
        (self.chat, self.localID, self.createTime) = (chat, localID, createTime)
        (name, ending) = (file.name, file.fileExtension)
        size = file.size.flatMap { $0 < 0 ? nil : $0 }
        md5 = Self.digits(file.md5)
        isUploading = file.isUploading
        place = nil
    }

    private init(_ item: RecordItem, at place: RecordPlace, chat: TableHash, localID: Int64, createTime: Int64) {
        (self.chat, self.localID, self.createTime) = (chat, localID, createTime)
        (name, ending) = (item.title, item.fileExtension)
        size = item.size.flatMap { $0 < 0 ? nil : $0 }
        md5 = Self.digits(item.md5)
        isUploading = false
        self.place = place
    }

    /// The files in a forwarded record and in the records within it, in the order of its items.
    ///
    /// - Parameters:
    ///   - record: the record, with its items.
    ///   - packedInfo: `packed_info_data` of the message.
    ///   - number: what tells the records of one search apart.
    ///   - chat: the chat.
    ///   - localID: where the message is.
    ///   - createTime: when it was sent.
    /// - Returns: the files.
    package static func files(
        in record: RecordContent, packedInfo: UnsafeRawBufferPointer, number: Int, chat: TableHash, localID: Int64,
        createTime: Int64
    ) -> [WantedFile] {
        var found: [WantedFile] = []
        let folder = PackedInfo(packedInfo).recordFolder
        func add(_ items: [RecordItem], from first: Int, behind path: String) {
            for (index, item) in items.enumerated() {
                let own = "\(path)\(first + index)"
                if item.dataType == fileItem {
                    let place = RecordPlace(path: own, folder: folder, record: number)
                    found.append(
                        WantedFile(item, at: place, chat: chat, localID: localID, createTime: createTime))
                }
                add(item.items, from: 0, behind: "\(own)_")
            }
        }
        add(record.items, from: record.firstIndex, behind: "")
        return found
    }

    /// How records number files.
    private static let fileItem: Int64 = 8

    /// An MD5 in digits; its 16 bytes as a text would be a strange coincidence.
    private static func digits(_ text: String) -> HexName? { text.utf8.count == HexName.length ? HexName(text) : nil }
}

/// What was found of a file.
package struct FoundFile: Sendable, Equatable {
    /// Whether it is there.
    package var state = FileState.absent
    /// The names of the folders below the account folder that lead to it, then its own; none for one that is absent.
    package var parts: [String] = []
    /// Its size in bytes as message or database say it; 0 where neither does.
    package var size: Int64 = 0
    /// How many bytes the file on the disk has.
    package var sizeOnDisk: Int64 = 0
    /// When the file on the disk was changed last, in Unix seconds.
    package var modified = 0
    /// Its name on the disk, as found or as a database says it; "" where nobody knows.
    package var nameOnDisk = ""
}
