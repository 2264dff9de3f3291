import CSQLite
import WeFlowModel
import WeFlowPages

/// The functions that a query has beside SQLite's own (<doc:ReadOnlySQL#Functions>).
enum QueryFunctions {
    /// Adds them to a connection.
    ///
    /// - Parameters:
    ///   - connection: the connection.
    ///   - decoder: decompresses; whoever holds the connection holds it, too.
    static func add(to connection: OpaquePointer, _ decoder: ContentDecoder) {
        let traits = SQLITE_UTF8 | SQLITE_DETERMINISTIC
        sqlite3_create_function_v2(
            connection, "zstd", 1, traits, Unmanaged.passUnretained(decoder).toOpaque(),
            { context, _, values in QueryFunctions.zstd(context, values?[0]) }, nil, nil, nil)
        sqlite3_create_function_v2(
            connection, "md5hex", 1, traits, nil,
            { context, _, values in QueryFunctions.md5hex(context, values?[0]) }, nil, nil, nil)
    }

    /// `zstd(value)`: what a frame of zstd holds, as a text where it is one. What is no frame is given as it is; a frame
    /// that is damaged is NULL, so that one row does not cost the others.
    private static func zstd(_ context: OpaquePointer?, _ value: OpaquePointer?) {
        guard let user = sqlite3_user_data(context), let bytes = bytes(of: value), ContentDecoder.isCompressed(bytes)
        else { return sqlite3_result_value(context, value) }
        let decoder = Unmanaged<ContentDecoder>.fromOpaque(user).takeUnretainedValue()
        decoder.withText(of: bytes) { text in
            guard case .success(let text) = text else { return sqlite3_result_null(context) }
            let count = sqlite3_uint64(text.count)
            if let start = text.assumingMemoryBound(to: CChar.self).baseAddress, isUTF8(text) {
                sqlite3_result_text64(context, start, count, transient, UInt8(SQLITE_UTF8))
            } else if text.isEmpty {
                sqlite3_result_text(context, "", 0, transient)
            } else {
                sqlite3_result_blob64(context, text.baseAddress, count, transient)
            }
        }
    }

    /// `md5hex(text)`: the hash by which tables and folders are named after a username.
    private static func md5hex(_ context: OpaquePointer?, _ value: OpaquePointer?) {
        guard sqlite3_value_type(value) != SQLITE_NULL else { return sqlite3_result_null(context) }
        let text = bytes(of: value).map { String(decoding: $0, as: UTF8.self) } ?? ""
        sqlite3_result_text(context, md5Hex(text), 32, transient)
    }

    /// The bytes of a value, a number as its text; nil where there are none.
    private static func bytes(of value: OpaquePointer?) -> UnsafeRawBufferPointer? {
        guard let start = sqlite3_value_blob(value) else { return nil }
        return UnsafeRawBufferPointer(start: start, count: Int(sqlite3_value_bytes(value)))
    }

    private static func isUTF8(_ bytes: UnsafeRawBufferPointer) -> Bool {
        bytes.allSatisfy { $0 < 0x80 } || String(validating: bytes, as: UTF8.self) != nil
    }

    /// SQLite copies the bytes before the call returns.
    private static var transient: sqlite3_destructor_type { unsafeBitCast(-1, to: sqlite3_destructor_type.self) }
}
