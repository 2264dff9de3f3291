#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The environment of the programs that are started: this one's, but for what is secret.
public enum ChildEnvironment {
    /// The variables that hold a key or a token.
    public static let secrets = ["WEFLOW_KEY", "WEFLOW_IMAGE_KEY", "WEFLOW_IMAGE_XOR_KEY", "WEFLOW_TOKEN"]

    /// Lends the environment, as `posix_spawn` takes it.
    public static func lend<Result>(_ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Result) -> Result {
        var kept: [UnsafeMutablePointer<CChar>?] = []
        var variable = environ
        while let entry = variable.pointee {
            if !isSecret(entry) { kept.append(entry) }
            variable += 1
        }
        kept.append(nil)
        return kept.withUnsafeBufferPointer { kept in
            // It has its end at least.
            kept.baseAddress.map(body) ?? body(environ)
        }
    }

    private static func isSecret(_ entry: UnsafePointer<CChar>) -> Bool {
        secrets.contains { name in
            strncmp(entry, name, name.utf8.count) == 0 && entry[name.utf8.count] == CChar(UInt8(ascii: "="))
        }
    }
}
