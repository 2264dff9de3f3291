internal import WeFlowArchive
internal import WeFlowCollections
internal import WeFlowPages
import WeFlowParameters
internal import WeFlowQuery
internal import WeFlowStore

/// What an archive takes: given at the first run, kept, and changed only where that is asked for.
enum ArchiveOptions {
    private static let included = Parameter.list(
        "in", "Only these chats, or those of the contacts with a label: label:NAME.", .value("talker,…"),
        .group(.filters))
    private static let excluded = Parameter.list(
        "exclude", "Not these chats, nor those of the contacts with a label: label:NAME.", .value("talker,…"),
        .group(.filters))
    private static let sessionType = Parameter.list(
        "sessionType", "Only chats of these types: private, group, official, other.", .value("type,…"),
        .group(.filters))
    private static let media = Parameter.optionalFlag(
        "media", "Files that belong to messages; all kinds unless it is switched off.", .group(.media))
    private static let image = Parameter.optionalFlag("image", "Pictures.", .group(.media))
    private static let voice = Parameter.optionalFlag("voice", "Voice messages, as WAV.", .group(.media))
    private static let video = Parameter.optionalFlag("video", "Videos.", .group(.media))
    private static let emoji = Parameter.optionalFlag("emoji", "Stickers.", .group(.media))
    private static let file = Parameter.optionalFlag("file", "Files that were sent.", .group(.media))
    private static let maxFile = Parameter.text(
        "maxFile", "Leave out files that are larger: bytes, or a number with K, M or G.", .value("size"),
        .group(.media))
    private static let moments = Parameter.optionalFlag("moments", "Moments; taken unless switched off.")
    private static let favorites = Parameter.optionalFlag("favorites", "Favourites; taken unless switched off.")
    private static let change = Parameter.mark(
        "change", "Keep to these options from now on; what the archive has stays as it is.")

    /// What they are.
    @ParameterList static var parameters: [ParameterDeclaration] {
        included
        excluded
        sessionType
        media
        image
        voice
        video
        emoji
        file
        maxFile
        moments
        favorites
        change
    }

    /// What the archive is to take.
    ///
    /// - Parameters:
    ///   - values: what was given.
    ///   - account: where chats are looked up.
    ///   - kept: what it took so far; nil at the first run.
    ///   - context: the run.
    /// - Returns: the settings.
    /// - Throws: `.usage` where something else is given than before, without `--change`; `.notFound` for chats and labels
    ///   that nobody knows.
    static func settings(
        _ values: Parameters, of account: Account, kept: ArchiveSettings?, in context: Context
    ) throws -> ArchiveSettings {
        var settings = kept ?? ArchiveSettings()
        let lookup = context.names(in: account)
        let isChange = try values[change]
        func set<Value: Equatable>(
            _ name: String, _ place: WritableKeyPath<ArchiveSettings, Value>, _ value: Value?
        ) throws(WeFlowError) {
            guard let value else { return }
            if kept != nil, !isChange, settings[keyPath: place] != value {
                throw WeFlowError(
                    .usage,
                    "--\(name) is another than at the archive's first run; leave it out, or add --change to keep to it from "
                        + "now on")
            }
            settings[keyPath: place] = value
        }
        try set("in", \.included, try chats(values["in"], lookup, account))
        try set("exclude", \.excluded, try chats(values["exclude"], lookup, account))
        let types = try values[sessionType]
        for type in types where ChatKind(rawValue: type) == nil {
            throw WeFlowError(.usage, "--session-type must be private, group, official or other, not \(type)")
        }
        try set(
            "session-type", \.sessionTypes,
            types.isEmpty ? nil : ChatKind.allCases.map(\.rawValue).filter(types.contains))
        let (kinds, name) = try self.kinds(values)
        try set(name, \.media, kinds)
        try set("max-file", \.maxFile, try values[maxFile].map { text throws(WeFlowError) in try size(text) })
        try set("moments", \.moments, try values[moments])
        try set("favorites", \.favorites, try values[favorites])
        return settings
    }

    /// The ids of chats, and labels as they were given.
    private static func chats(
        _ value: JSONValue?, _ lookup: NameLookup, _ account: Account
    ) throws -> [String]? {
        var texts: [String] = []
        switch value {
        case .string(let text): texts = [text]
        case .array(let items): for case .string(let text) in items { texts.append(text) }
        default: return nil
        }
        var found: [String] = []
        for text in texts {
            let parts = text.contains("label:") ? text.split(separator: ",").map(String.init) : [text]
            for part in parts {
                let part = part.trimmingBlanks
                if part.hasPrefix("label:") {
                    _ = try bearers(of: String(part.dropFirst(6)), in: account)
                    found.append(part)
                } else {
                    found += try lookup.ids(of: part, as: .chat)
                }
            }
        }
        let ids = Set(found).sorted()
        return ids.isEmpty ? nil : ids
    }

    private static func kinds(_ values: Parameters) throws -> (kinds: [ArchiveSettings.Kind]?, name: String) {
        let all = try values[media]
        let each: [(ArchiveSettings.Kind, Bool?)] = [
            (.image, try values[image]), (.voice, try values[voice]), (.video, try values[video]),
            (.emoji, try values[emoji]), (.file, try values[file]),
        ]
        guard all != nil || each.contains(where: { $0.1 != nil }) else { return (nil, "media") }
        let kinds = each.filter { $0.1 ?? all ?? true }.map(\.0)
        return (kinds, each.first { $0.1 != nil }?.0.rawValue ?? "media")
    }

    /// A number of bytes: `1048576`, `50M`.
    ///
    /// - Throws: `.usage` where it is none.
    private static func size(_ text: String) throws(WeFlowError) -> Int64? {
        let units: [Character: Int64] = ["K": 1 << 10, "M": 1 << 20, "G": 1 << 30]
        let unit = text.last.flatMap { units[Character($0.uppercased())] }
        let digits = unit == nil ? text[...] : text.dropLast()
        guard let number = Int64(digits), number >= 0, digits.utf8.allSatisfy({ 0x30...0x39 ~= $0 }),
            case let (size, isOver) = number.multipliedReportingOverflow(by: unit ?? 1), !isOver
        else {
            throw WeFlowError(.usage, "--max-file must be a number of bytes, or a number with K, M or G; not \(text)")
        }
        return size
    }

    /// The contacts that bear a label.
    ///
    /// - Throws: `.notFound` where there is no such label.
    static func bearers(of label: String, in account: Account) throws -> Set<String> {
        guard let found = try ContactDetails(account).usernames(bearing: label) else {
            throw WeFlowError(.notFound, "there is no label \(label) in this account")
        }
        return found
    }
}
