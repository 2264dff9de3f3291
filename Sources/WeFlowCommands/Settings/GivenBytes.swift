#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// What stood on the command line or in the environment, byte for byte. Texts have lost the bytes that are not UTF-8.
enum GivenBytes {
    /// The bytes that became a text.
    ///
    /// - Parameter text: a whole argument, what stands behind the `=` of one, or the value of an environment variable.
    /// - Returns: nil where nothing became this text.
    static func of(_ text: String) -> [UInt8]? {
        let arguments = (0..<Int(CommandLine.argc)).lazy.compactMap { CommandLine.unsafeArgv[$0] }
        for argument in arguments {
            if let bytes = value(UnsafePointer(argument), of: text, isWhole: true) { return bytes }
        }
        var variable = environ
        while let entry = variable.pointee {
            if let bytes = value(UnsafePointer(entry), of: text, isWhole: false) { return bytes }
            variable += 1
        }
        return nil
    }

    private static func value(_ bytes: UnsafePointer<CChar>, of text: String, isWhole: Bool) -> [UInt8]? {
        let whole = UnsafeBufferPointer(start: bytes, count: strlen(bytes)).map { UInt8(bitPattern: $0) }
        if isWhole, String(decoding: whole, as: UTF8.self) == text { return whole }
        guard let sign = whole.firstIndex(of: UInt8(ascii: "=")) else { return nil }
        let value = whole[(sign + 1)...]
        return String(decoding: value, as: UTF8.self) == text ? Array(value) : nil
    }
}
