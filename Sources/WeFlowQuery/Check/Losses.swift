import WeFlowPages
import WeFlowStore

/// Puts what was found together to what does not work, and what to do about it.
struct Losses {
    private(set) var all: [CheckReport.Loss] = []

    init(
        _ account: Account, _ databases: [DatabaseCheck], keyForm: CheckReport.KeyForm, media: MediaCheck?,
        hasImageKey: Bool
    ) {
        let readable = databases.filter { $0.role != .other }
        guard !readable.isEmpty else {
            add(
                "db_storage",
                "db_storage holds no database; point --account at an account folder that was copied whole",
                "nothing can be read")
            return
        }
        if let error = Self.common(readable) {
            let sentence =
                keyForm == .unproven
                ? "the key fits no database; check that it is the database key of this account (64 hex digits)"
                : error.sentence
            add("key", sentence, "nothing can be read")
            return
        }
        for database in readable { add(database) }
        addMissing(databases)
        addFolders(account, media, hasImageKey: hasImageKey)
    }

    /// The error of all databases, where each has one and all of them are about the key.
    private static func common(_ databases: [DatabaseCheck]) -> WeFlowError? {
        var first: WeFlowError?
        for database in databases where database.state != .empty {
            guard case .unreadable(let error) = database.state, error.kind == .unavailable else { return nil }
            first = first ?? error
        }
        return first
    }

    private mutating func add(_ database: DatabaseCheck) {
        switch database.state {
        case .whole, .empty: break
        case .unreadable(let error): add(database.name, error.sentence, database.role.costWhenUnreadable)
        case .damaged:
            let pages = database.damage.reduce(0) { $0 + $1.pages.count }
            let isHarmless = database.damage.allSatisfy { damage in
                switch (damage.fault, damage.owner) {
                // What is missing is missing, whether the table or its index is read.
                case (.rowsMissing, _), (.rowsUnindexed, _): false
                case (_, .free): true
                // Rows are read without it where its pages are bad.
                case (_, .index): database.role.isReadByRow
                default: false
                }
            }
            add(
                database.name,
                "\(database.name) has \(pages) damaged \(pages == 1 ? "page" : "pages"); copy the account again",
                isHarmless ? "no row is lost" : database.role.costWhenDamaged)
        }
    }

    /// A log that breaks off before commits.
    mutating func add(_ logBreak: WeFlowError) {
        let log = logBreak.sentence.prefix { $0 != ":" }
        add(String(log), logBreak.sentence, "the newest changes of this database are missing")
    }

    private mutating func addMissing(_ databases: [DatabaseCheck]) {
        for role in DatabaseRole.allCases {
            guard let name = role.expected, !databases.contains(where: { $0.role == role && $0.state != .empty }) else {
                continue
            }
            let isEmpty = databases.contains { $0.role == role }
            let remedy = role.isEssential ? "copy the whole db_storage folder" : "copy it too if the account has one"
            add(name, "\(name) is \(isEmpty ? "empty" : "missing"); \(remedy)", role.costWhenMissing)
        }
    }

    private mutating func addFolders(_ account: Account, _ media: MediaCheck?, hasImageKey: Bool) {
        if !account.hasFolder("msg/attach") {
            add("msg/attach", "msg/attach is missing; copy it too if pictures are wanted", "pictures are not exported")
        } else if let media, media.encrypted > 0, media.opened == 0 {
            let reason =
                hasImageKey
                ? "the image key opens none of \(media.encrypted) encrypted pictures; check --image-key"
                : "there is no image key; pass --image-key or set WEFLOW_IMAGE_KEY"
            add("imageKey", reason, "pictures that are stored encrypted are not exported")
        }
        if !account.hasFolder("msg/video") {
            add("msg/video", "msg/video is missing; copy it too if videos are wanted", "videos are not exported")
        }
    }

    private mutating func add(_ cause: String, _ reason: String, _ cost: String) {
        all.append(CheckReport.Loss(cause: cause, reason: reason, cost: cost))
    }
}
