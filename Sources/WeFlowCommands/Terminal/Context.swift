internal import WeFlowOutput
internal import WeFlowPages
internal import WeFlowQuery
internal import WeFlowState
internal import WeFlowSystem

/// All that a command knows of the process it runs in, so that a test can give it another.
struct Context: Sendable {
    /// What the process is connected to.
    var terminal: Terminal
    /// The environment variables.
    var environment: Environment
    /// Writes text to the standard error as it is.
    var writeError: @Sendable (String) -> Void
    /// What is done when the run is interrupted.
    let cleanUps = CleanUps()
    /// The accounts that were opened.
    let opened = OpenedAccounts()

    /// The process's own.
    static func process() -> Context {
        Context(terminal: .process(.process), environment: .process) { text in
            // Nobody is left to hear that nobody hears.
            try? Descriptor.standardError.write(text.utf8)
        }
    }

    /// The same process, of which nothing is said.
    var silent: Context {
        var other = self
        other.writeError = { _ in }
        return other
    }

    /// Where the user's own files lie.
    var folders: BaseFolders { BaseFolders { environment[$0] } }

    /// The folder of the program's own files.
    var state: StateFolder { StateFolder(path: folders.state) }

    /// The clock in Unix milliseconds.
    var milliseconds: Int64 { Clock.milliseconds }

    /// The clock in Unix seconds.
    var seconds: Int64 { Clock.seconds }

    /// Says something on the standard error: in one line, and without what a terminal would obey. A sentence repeats names
    /// of files, options as they were typed and what a server said, and none of those is ours.
    func report(_ sentence: String) { writeError("weflow: \(sentence.inOneLine)\n") }

    /// Says on the standard error what the user should know, although the command goes on.
    func warn(_ sentence: String) { report("warning: \(sentence)") }

    /// Says how many a list for people leaves out, and how to see them.
    ///
    /// - Parameters:
    ///   - count: how many follow those that were listed.
    ///   - things: what they are.
    func report(unlisted count: Int, _ things: String) {
        guard count > 0 else { return }
        report("\(count) more \(things) follow; --limit 0 lists all of them, --offset goes on")
    }

    /// Says what an answer lacks, once for each cause, and ends with the code for a delivery in part where it lacks
    /// messages. To be called when all that there is has been written.
    ///
    /// - Throws: `ExitCode` 75 where the delivery is partial.
    func report(_ losses: MessageLosses) throws {
        for sentence in losses.sentences { warn(sentence) }
        if losses.isPartial { throw ExitCode(WeFlowError.Kind.partial.exitCode) }
    }

    /// Says which pages an answer lacks, and ends with the code for a delivery in part where there are any.
    ///
    /// - Throws: `ExitCode` 75 where there are any.
    func report(_ damage: [PageFailure]) throws {
        var said: Set<String> = []
        for page in damage where said.insert(page.error.sentence).inserted { warn(page.error.sentence) }
        if !damage.isEmpty { throw ExitCode(WeFlowError.Kind.partial.exitCode) }
    }
}
