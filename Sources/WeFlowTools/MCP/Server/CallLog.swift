import WeFlowOutput
public import WeFlowPages
import WeFlowQuery
import WeFlowSystem

/// A log of calls: what was called when, with which arguments by their names, and how much was answered; never what was
/// asked for or answered. A line of JSON a call, in a file that nobody else can read.
public final class CallLog: Sendable {
    private let file: File
    private let name: String

    /// Opens the file, to go on behind what it holds.
    ///
    /// - Parameter path: where it lies.
    /// - Throws: `.system` where it cannot be written.
    public init(path: String) throws(WeFlowError) {
        name = path
        do throws(SystemError) {
            file = try File(path, for: .appending)
        } catch {
            throw WeFlowError(.system, "\(path) cannot be written: \(error.text)")
        }
    }

    /// Adds a line. A log that cannot be written stops no call.
    func add(_ tool: String, _ arguments: [String], milliseconds: Int64, bytes: Int, isError: Bool, at time: Int64) {
        var writer = JSONWriter()
        writer.beginObject()
        writer.integer("time", time)
        writer.string("tool", tool)
        writer.beginArray("arguments")
        for name in arguments { writer.string(name) }
        writer.endArray()
        writer.integer("milliseconds", milliseconds)
        writer.integer("bytes", bytes)
        writer.bool("isError", isError)
        writer.endObject()
        writer.endLine()
        do throws(SystemError) {
            try file.descriptor.write(writer.bytes.array())
        } catch {
            return
        }
    }
}
