package import WeFlowQuery

/// What stands before the messages in ChatLab's form, whether they come out of a store or out of an archive
/// (<doc:ChatLabDocuments>).
package struct ChatLabHead: Sendable {
    /// The chat's name.
    let name: String
    /// Its id.
    let talker: String
    /// Address of a group's picture, empty where it is not known.
    let groupAvatar: String
    /// The owner's username.
    let ownerID: String
    /// When it is written, Unix seconds.
    let exportedAt: Int64

    /// Puts a head together.
    package init(name: String, talker: String, groupAvatar: String = "", ownerID: String, exportedAt: Int64) {
        (self.name, self.talker, self.groupAvatar) = (name, talker, groupAvatar)
        (self.ownerID, self.exportedAt) = (ownerID, exportedAt)
    }
}

extension JSONWriter {
    /// Begins a document: as an object up to the first of its messages, or as the lines before theirs.
    ///
    /// - Parameters:
    ///   - head: what it is.
    ///   - members: who sends in it.
    ///   - isLines: whether each part is a line of its own.
    package mutating func begin(_ head: ChatLabHead, members: [ChatPerson], isLines: Bool) {
        beginObject()
        if isLines {
            string("_type", literal: "header")
        }
        beginObject("chatlab")
        string("version", literal: "0.0.2")
        integer("exportedAt", head.exportedAt)
        string("generator", literal: "WeFlow")
        endObject()
        key("meta")
        meta(head)
        if isLines {
            endObject()
            endLine()
        } else {
            beginArray("members")
        }
        for member in members {
            beginObject()
            if isLines {
                string("_type", literal: "member")
            }
            fields(of: member)
            endObject()
            if isLines { endLine() }
        }
        guard !isLines else { return }
        endArray()
        beginArray("messages")
    }

    private mutating func meta(_ head: ChatLabHead) {
        beginObject()
        key("name")
        plainString(head.name)
        string("platform", literal: "wechat")
        string("type", Username.sessionType(head.talker))
        if Username.isGroup(head.talker) {
            key("groupId")
            plainString(head.talker)
            if !head.groupAvatar.isEmpty {
                key("groupAvatar")
                plainString(head.groupAvatar)
            }
        }
        key("ownerId")
        plainString(head.ownerID)
        endObject()
    }

    private mutating func fields(of person: ChatPerson) {
        key("platformId")
        plainString(person.platformID)
        key("accountName")
        plainString(person.accountName)
        if !person.groupNickname.isEmpty {
            key("groupNickname")
            plainString(person.groupNickname)
        }
        if !person.avatar.isEmpty {
            key("avatar")
            plainString(person.avatar)
        }
    }

    /// Writes a text with its braces and closing brackets escaped: ChatLab's importer counts them without looking at
    /// strings (<doc:ChatLabDocuments#Traps-of-the-importer>).
    private mutating func plainString(_ text: String) {
        var inner = JSONWriter()
        inner.string(text)
        var escaped: [UInt8] = []
        for byte in inner.finish().array() {
            switch byte {
            case UInt8(ascii: "{"): escaped += Array("\\u007b".utf8)
            case UInt8(ascii: "}"): escaped += Array("\\u007d".utf8)
            case UInt8(ascii: "]"): escaped += Array("\\u005d".utf8)
            default: escaped.append(byte)
            }
        }
        escaped.withUnsafeBytes { raw($0) }
    }
}
