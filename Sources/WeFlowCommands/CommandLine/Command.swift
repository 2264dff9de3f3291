internal import WeFlowPages
internal import WeFlowParameters
internal import WeFlowQuery

/// A command of the program: the word that calls it, its page of help, what it takes and what it does.
///
/// All of it is asked of the type, and of the command that is called only; so a start does not pay for the others.
protocol Command: SendableMetatype {
    /// The word that calls it.
    static var name: String { get }
    /// What it does, a sentence.
    static var abstract: String { get }
    /// Command lines that show it, one or more.
    static var examples: [String] { get }
    /// What is to be said besides.
    static var discussion: String { get }
    /// What it takes: the parameters of its request, and the options that only a command line has.
    static var parameters: [ParameterDeclaration] { get }
    /// The commands below it. One that takes nothing itself is called by one of these only.
    static var subcommands: [any Command.Type] { get }
    /// Whether the answer takes a few milliseconds, of which a thread would be a good part.
    static func isBrief(_ values: Parameters) -> Bool
    /// Does the command's work.
    ///
    /// - Parameters:
    ///   - values: what was given of its parameters.
    ///   - context: all that it knows of the process.
    /// - Throws: `WeFlowError`, which is printed and gives the exit code; `ExitCode`, where all has been said; `ClosedPipe`,
    ///   which ends quietly.
    static func run(_ values: Parameters, in context: Context) async throws
}

extension Command {
    static var discussion: String { "" }
    static var parameters: [ParameterDeclaration] { [] }
    static var subcommands: [any Command.Type] { [] }
    static func isBrief(_ values: Parameters) -> Bool { false }
    static func run(_ values: Parameters, in context: Context) async throws {}

    /// Whether it is nothing but the head of others.
    static var isFamily: Bool { !subcommands.isEmpty && parameters.isEmpty }
}

/// A status to end with, where everything has been said already.
struct ExitCode: Error, Equatable {
    /// The status.
    let rawValue: Int32

    /// A status.
    init(_ code: Int32) { rawValue = code }

    /// The user said no.
    static let failure = ExitCode(1)
}
