internal import WeFlowFiles
internal import WeFlowOutput
internal import WeFlowPages
import WeFlowParameters
internal import WeFlowQuery
internal import WeFlowStore

/// `weflow avatars`: the pictures that the client keeps of people.
enum AvatarList: Command {
    static let name = "avatars"
    static let abstract = "List the pictures of people, groups and accounts, or write them to files."
    static let examples = [
        "weflow avatars --format table", "weflow avatars --output-dir pictures",
        "weflow avatars get 茉莉 > moli.png",
    ]
    static let subcommands: [any Command.Type] = [AvatarGet.self]

    @ParameterList static var parameters: [ParameterDeclaration] {
        AvatarsRequest.parameters
        CSVOptions.parameters
        OutputOptions.parameters
        AccountOptions.parameters
    }

    static func isBrief(_ values: Parameters) -> Bool { true }

    static func run(_ values: Parameters, in context: Context) async throws {
        let request = try AvatarsRequest(values)
        let output = try OutputOptions(values)
        _ = try context.listForm(request.format, values, output)
        let account = try context.openAccount(values)
        let result = try AvatarsQuery(request).run(on: account)
        if let path = request.outputDir {
            let folder = try CopyFolder(path)
            let interruption = Interruption(context.cleanUps) { folder.abandon() }
            let report = try AvatarFiles(to: folder).write(result.avatars, of: account)
            withExtendedLifetime(interruption) {}
            try await context.deliver(
                encodeAvatarFiles(report, folder: path, style: context.style(output)), output)
        } else {
            try await context.deliver(request.format, values, output) {
                avatarsLayout.encoded(result.avatars, form: $0)
            } table: {
                avatarsTable(result.avatars, width: $0, style: $1)
            }
            if request.format == .table { context.report(unlisted: result.unlisted, "pictures") }
        }
        if let notice = result.notice { context.warn(notice.sentence) }
        try context.report(result.damage)
    }
}

/// `weflow avatars get`: one picture, as `/api/v1/avatars/{username}` gives it.
enum AvatarGet: Command {
    static let name = "get"
    static let abstract = "Print the picture of a person, a group or an account."
    static let examples = [
        "weflow avatars get 茉莉 > moli.png", "weflow avatars get 每日一只猫 --output cat.png",
    ]

    @ParameterList static var parameters: [ParameterDeclaration] {
        AvatarRequest.parameters
        OutputOptions.bytes
        AccountOptions.parameters
    }

    static func run(_ values: Parameters, in context: Context) async throws {
        _ = try values[AvatarRequest.username]
        let output = try values[OutputOptions.bytes]
        let account = try context.openAccount(values)
        let picture = try picture(values, in: account, context)
        try await context.writing(to: output) { sink in try picture.bytes.withUnsafeBytes { try sink.write($0) } }
    }

    /// The picture of what was given as an id, else of whom the name means: there are pictures of people whom nothing else
    /// knows.
    private static func picture(
        _ values: Parameters, in account: Account, _ context: Context
    ) throws(WeFlowError) -> AvatarPicture {
        do throws(WeFlowError) {
            return try AvatarPicture(of: values[AvatarRequest.username], in: account)
        } catch {
            guard error.kind == .notFound else { throw error }
            return try AvatarPicture(of: context.named(values, in: account)[AvatarRequest.username], in: account)
        }
    }
}
