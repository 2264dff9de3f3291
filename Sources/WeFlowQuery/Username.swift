import WeFlowModel
import WeFlowSystem

/// What a username says of its owner (<doc:PeopleAndSessions>).
public enum Username {
    /// Whether it is a group: `…@chatroom`, or an enterprise group in either spelling.
    public static func isGroup(_ username: String) -> Bool { ChatID.isGroup(username) }

    /// Whether it is an official account.
    public static func isOfficial(_ username: String) -> Bool { username.hasPrefix("gh_") }

    /// `sessionType` of the sessions endpoint: `group`, `channel`, `other` or `private`.
    public static func sessionType(_ username: String) -> String {
        if isGroup(username) { return "group" }
        if isOfficial(username) || username.hasSuffix("@openim") || username.hasSuffix("@kefu.openim") {
            return "channel"
        }
        return username.isEmpty ? "other" : "private"
    }

    /// Names that stand for a function of the client, not for a person.
    static let functions: Set<String> = ["medianote", "floatbottle", "qmessage", "qqmail", "fmessage"]
}

extension String {
    /// Whether an ASCII text occurs in it; the standard library's search costs a thousand times as much.
    func holds(_ text: StaticString) -> Bool {
        var copy = self
        return copy.withUTF8 { bytes in
            guard let base = bytes.baseAddress, bytes.count >= text.utf8CodeUnitCount else { return false }
            return (0...bytes.count - text.utf8CodeUnitCount).contains {
                base[$0] == text.utf8Start[0] && Memory.compare(base + $0, text.utf8Start, text.utf8CodeUnitCount) == 0
            }
        }
    }

    /// The order of names, by Unicode scalar: the same on every machine.
    package func precedesByScalar(_ other: String) -> Bool {
        compareByScalar(other) < 0
    }

    /// Below 0 where the string comes before `other` by Unicode scalar, 0 where it is the same: the order of the bytes of
    /// UTF-8 is that of the scalars.
    func compareByScalar(_ other: String) -> Int {
        var (a, b) = (self, other)
        return a.withUTF8 { a in
            b.withUTF8 { UnsafeRawBufferPointer(a).compareByScalar(UnsafeRawBufferPointer($0)) }
        }
    }
}
