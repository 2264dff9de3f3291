import WeFlowSystem

/// What stood on the command line or in the environment, byte for byte. Texts have lost the bytes that are not UTF-8.
enum GivenBytes {
    /// The bytes that became a text.
    ///
    /// - Parameter text: a whole argument, what stands behind the `=` of one, or the value of an environment variable.
    /// - Returns: nil where nothing became this text.
    static func of(_ text: String) -> [UInt8]? {
        System.arguments.lazy.compactMap { value($0, of: text, isWhole: true) }.first
            ?? System.variables.lazy.compactMap { value($0, of: text, isWhole: false) }.first
    }

    private static func value(_ whole: [UInt8], of text: String, isWhole: Bool) -> [UInt8]? {
        if isWhole, String(decoding: whole, as: UTF8.self) == text { return whole }
        guard let sign = whole.firstIndex(of: UInt8(ascii: "=")) else { return nil }
        let value = whole[(sign + 1)...]
        return String(decoding: value, as: UTF8.self) == text ? Array(value) : nil
    }
}
