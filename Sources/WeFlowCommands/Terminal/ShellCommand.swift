internal import WeFlowPages
internal import WeFlowQuery
internal import WeFlowState
internal import WeFlowSystem

/// A user's command line, run by the shell with bytes on its standard input.
struct ShellCommand {
    private let text: String

    /// Names the command.
    init(_ text: String) { self.text = text }

    /// Runs the command to its end; its own failure is a warning.
    ///
    /// - Throws: `.system` where it cannot be started.
    func run(_ input: [UInt8], _ context: Context) throws(WeFlowError) {
        let child: ChildProcess
        let writeEnd: Descriptor
        do throws(SystemError) {
            let ends = try Descriptor.pipe()
            writeEnd = ends.writeEnd
            defer { ends.readEnd.letGo() }
            do throws(SystemError) {
                child = try ChildProcess(
                    "/bin/sh", ["-c", text], environment: .withoutSecrets, input: .descriptor(ends.readEnd))
            } catch {
                writeEnd.letGo()
                throw error
            }
        } catch {
            throw .system("the command of --exec cannot be started", error)
        }
        // A command that takes nothing is no failure.
        try? writeEnd.write(input)
        writeEnd.letGo()
        switch child.wait() {
        case .code(0): break
        case .code(let code): context.warn("the command of --exec failed (\(code))")
        case .signal: context.warn("the command of --exec failed (128)")
        }
    }
}
