internal import WeFlowPages
internal import WeFlowSystem

extension Descriptor {
    /// Writes all of `bytes`, waiting where it takes none now.
    ///
    /// - Parameters:
    ///   - bytes: what to write.
    ///   - name: what an error calls it.
    /// - Throws: `ClosedPipe` where the reader is gone, else `WeFlowError` of kind `.system`.
    func write(_ bytes: UnsafeRawBufferPointer, name: String) throws {
        do throws(SystemError) {
            try write(bytes)
        } catch {
            if error.isClosedPipe { throw ClosedPipe() }
            throw WeFlowError.system("\(name) cannot be written", error)
        }
    }
}
