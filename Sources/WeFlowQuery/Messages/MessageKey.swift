import WeFlowPages

extension Message {
    /// The key by which clients tell messages apart (<doc:SelectingMessages#Message-keys>):
    /// `server:<serverId>:<createTime>:<sortSeq>:<localId>:<sender>:<localType>`, with `fallback:` and without the id
    /// where the store has none.
    ///
    /// - Parameter talker: the session, which stands in for a sender that is not known.
    /// - Returns: the key.
    public func key(in talker: String) -> String {
        var key: [UInt8] = []
        func number(_ value: Int64) { key += "\(max(0, value)):".utf8 }
        if serverID != 0 {
            key += "server:\(serverID):".utf8
        } else {
            key += "fallback:".utf8
        }
        number(createTime)
        number(sortSeq)
        number(localID)
        if sender.isEmpty, serverID == 0 {
            key += md5Hex(talker).utf8.prefix(16)
        } else {
            Self.percentEncode(sender, to: &key)
        }
        key += ":\(max(0, localType))".utf8
        return String(decoding: key, as: UTF8.self)
    }

    /// As JavaScript's `encodeURIComponent` does.
    private static func percentEncode(_ text: UnsafeRawBufferPointer, to key: inout [UInt8]) {
        let hex = Array("0123456789ABCDEF".utf8)
        for byte in String(decoding: text, as: UTF8.self).utf8 {
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                key.append(byte)
            case _ where "-_.!~*'()".utf8.contains(byte):
                key.append(byte)
            default:
                key += [UInt8(ascii: "%"), hex[Int(byte >> 4)], hex[Int(byte & 15)]]
            }
        }
    }
}
