internal import ArgumentParser
internal import WeFlowOutput
internal import WeFlowPages

/// A subcommand that is given all it knows of the process.
protocol ContextCommand: AsyncParsableCommand {
    /// Does the command's work.
    ///
    /// - Throws: `WeFlowError`, which is printed and gives the exit code; `ClosedPipe`, which ends quietly.
    func run(in context: Context) async throws
}

extension ContextCommand {
    /// Runs in the process, and turns every failure into its sentence and exit code.
    func run() async throws {
        try await run(reportingTo: .process())
    }

    /// Runs, and turns every failure into its sentence and exit code.
    func run(reportingTo context: Context) async throws {
        do {
            try await run(in: context)
        } catch is ClosedPipe {
            throw ExitCode.success
        } catch let error as WeFlowError {
            context.report("error: \(error.sentence)")
            throw ExitCode(error.kind.exitCode)
        }
    }
}
