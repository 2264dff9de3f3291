internal import WeFlowPages
internal import WeFlowSystem

/// A file that is written beside its name and gets it when it is complete. One that is let go before is removed.
struct RenderedFile: ~Copyable {
    /// What the hidden names of files that are not complete begin with.
    static let mark = ".weflow-part-"

    private let name: String
    private let temporary: String
    private let file: File
    private var size: Int64 = 0
    private var isFinished = false

    /// Begins a file.
    ///
    /// - Throws: `.system` where it cannot be made.
    init(at path: String) throws(WeFlowError) {
        name = path
        temporary = Paths.temporary(beside: path, mark: Self.mark)
        do throws(SystemError) { file = try File(temporary, for: .making, mode: 0o600) } catch {
            throw WeFlowError(.system, "\(path) cannot be written: \(error.text)")
        }
    }

    deinit { if !isFinished { Paths.discard(temporary) } }

    /// Writes bytes behind those that were written.
    ///
    /// - Throws: `.system` where they cannot be written.
    mutating func write(_ bytes: [UInt8]) throws(WeFlowError) {
        do throws(SystemError) { try put(bytes) } catch {
            throw WeFlowError(.system, "\(name) cannot be written: \(error.text)")
        }
    }

    /// The same, with the failure of the system itself.
    mutating func put(_ bytes: [UInt8]) throws(SystemError) {
        try file.write(bytes, at: size)
        size += Int64(bytes.count)
    }

    /// Gives the file its name.
    ///
    /// - Returns: its length in bytes.
    /// - Throws: `.system` where that fails; an older file of the name is then still there.
    mutating func finish() throws(WeFlowError) -> Int64 {
        do throws(SystemError) { try Paths.rename(temporary, to: name) } catch {
            throw WeFlowError(.system, "\(name) cannot be written: \(error.text)")
        }
        isFinished = true
        return size
    }
}
