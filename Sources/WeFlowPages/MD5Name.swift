import WeFlowCrypto

/// The lower-case hex MD5 of a text's UTF-8 bytes, by which WeChat names tables and folders after a username. It
/// protects nothing.
public func md5Hex(_ text: String) -> String {
    var text = text
    return HexDigits.text(text.withUTF8 { MD5.hash(UnsafeRawBufferPointer($0)) })
}
