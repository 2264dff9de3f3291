internal import Foundation

/// The folder with everything that is not weflow: the peers, the accounts, weflow's own state.
struct Workshop {
    /// What was asked for.
    let options: Options
    /// Where everything is.
    let folder: URL
    /// SQLCipher's shared object.
    let sqlcipher: String
    private let isKept: Bool
    private let measured = Measured()

    /// The machine's speeds, once somebody asked for them.
    private final class Measured {
        var speeds: Speeds?
    }

    /// The sources of the peers, beside this file.
    static let peers = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Peers")

    /// SQLite as the system has it.
    static var sqlite: String {
        #if canImport(Darwin)
            "/usr/lib/libsqlite3.dylib"
        #else
            "libsqlite3.so.0"
        #endif
    }

    /// A step that could not be done.
    struct Failure: Error, CustomStringConvertible {
        /// The sentence.
        let description: String
    }

    /// Makes the folder and the peers, or finds them.
    init(_ options: Options) throws {
        guard FileManager.default.isExecutableFile(atPath: options.weflow) else {
            throw Failure(
                description: "no weflow at \(options.weflow); build it with swift build -c release "
                    + "--static-swift-stdlib --product weflow, or name another with --weflow")
        }
        self.options = options
        isKept = options.folder != nil
        folder =
            options.folder.map { URL(fileURLWithPath: $0) }
            ?? FileManager.default.temporaryDirectory.appendingPathComponent("weflow-bench-\(getpid())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        Self.say("peers in \(folder.path) …")
        let prepare = Self.peers.appendingPathComponent("prepare.sh").path
        sqlcipher = try Self.output(of: ["/bin/sh", prepare, folder.path, options.python])
    }

    /// What this machine does at best, measured once in a run.
    func speeds() throws -> Speeds {
        if let known = measured.speeds { return known }
        Self.say("what the machine does at best …")
        let speeds = try Speeds(self)
        measured.speeds = speeds
        return speeds
    }

    /// The same where it was measured.
    var knownSpeeds: Speeds? { measured.speeds }

    /// Removes what is not to be kept.
    func close() {
        if !isKept { Self.remove(folder.path) }
    }

    /// Removes a folder, or says why it cannot be removed.
    static func remove(_ path: String) {
        do {
            try FileManager.default.removeItem(atPath: path)
        } catch {
            say("\(path): cannot be removed: \(error)")
        }
    }

    /// A file of the folder.
    func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

    /// A file of the peers' sources.
    func source(_ name: String) -> String { Self.peers.appendingPathComponent(name).path }

    /// The Python with SQLCipher in it.
    var python: String { path("venv/bin/python") }

    /// weflow's environment: nothing of the user's settings, and its state in this folder.
    var environment: [String: String] {
        var environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("WEFLOW_") }
        for (name, place) in [
            ("XDG_STATE_HOME", "state"), ("XDG_CONFIG_HOME", "config"), ("XDG_DATA_HOME", "data"), ("HOME", "home"),
        ] {
            environment[name] = path(place)
        }
        environment["BENCH_REPORT"] = path("report")
        return environment
    }

    /// Forgets the page keys that weflow remembers.
    func forgetKeys() throws {
        let state = path("state")
        if FileManager.default.fileExists(atPath: state) { try FileManager.default.removeItem(atPath: state) }
    }

    /// The account of `messages` messages with this kind of key, made where there is none yet.
    func account(_ keys: Account.Keys, messages: Int) throws -> Account {
        // Made by the same maker only; and all kinds in one run of it, so that their rows are the same.
        let maker = try Data(contentsOf: URL(fileURLWithPath: source("account.py")))
        let version = maker.reduce(UInt64(14_695_981_039_346_656_037)) { ($0 ^ UInt64($1)) &* 1_099_511_628_211 }
        let place = folder.appendingPathComponent("accounts-\(String(version, radix: 36))/\(messages)")
        let wanted: [Account.Keys] = messages == options.scale ? Account.Keys.allCases : [.raw]
        func home(_ keys: Account.Keys) -> URL { place.appendingPathComponent(keys.rawValue) }
        func description(_ keys: Account.Keys) -> URL { home(keys).appendingPathComponent("account.json") }
        if !wanted.allSatisfy({ FileManager.default.fileExists(atPath: description($0).path) }) {
            Self.say("accounts of \(messages) messages …")
            if FileManager.default.fileExists(atPath: place.path) { try FileManager.default.removeItem(at: place) }
            let targets = wanted.map { "\($0.rawValue)=\(home($0).path)" }
            _ = try Self.output(of: [python, source("account.py"), String(messages)] + targets)
        }
        let account = try JSONDecoder().decode(Account.self, from: Data(contentsOf: description(keys)))
        let keyFile = home(keys).appendingPathComponent("key").path
        try Data(account.key.utf8).write(to: URL(fileURLWithPath: keyFile))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: keyFile)
        return account
    }

    /// The account of many chats with a raw key, made where there is none yet.
    func chats(_ count: Int, each messages: Int) throws -> Account {
        try account(of: "chats.py", [count, messages], "\(count)-chats-of-\(messages)")
    }

    /// The account of favourites, pushes and files with a raw key, made where there is none yet.
    func collections(favorites: Int, pushes: Int, files: Int) throws -> Account {
        try account(
            of: "lists.py", [favorites, pushes, files], "\(favorites)-favorites-\(pushes)-pushes-\(files)-files")
    }

    /// The account of pictures and voices with a raw key, made where there is none yet.
    func media(pictures: Int, voices: Int) throws -> Account {
        try account(of: "media.py", [pictures, voices], "\(pictures)-pictures-\(voices)-voices")
    }

    /// The account that a maker makes of some numbers.
    private func account(of maker: String, _ numbers: [Int], _ name: String) throws -> Account {
        let makers = try ["account.py", maker].map { try Data(contentsOf: URL(fileURLWithPath: source($0))) }
        let version = makers.joined().reduce(UInt64(14_695_981_039_346_656_037)) {
            ($0 ^ UInt64($1)) &* 1_099_511_628_211
        }
        let home = folder.appendingPathComponent("accounts-\(String(version, radix: 36))/\(name)")
        let description = home.appendingPathComponent("account.json")
        if !FileManager.default.fileExists(atPath: description.path) {
            Self.say("account of \(name) …")
            if FileManager.default.fileExists(atPath: home.path) { try FileManager.default.removeItem(at: home) }
            _ = try Self.output(of: [python, source(maker)] + numbers.map(String.init) + [home.path])
        }
        let account = try JSONDecoder().decode(Account.self, from: Data(contentsOf: description))
        try Data(account.key.utf8).write(to: URL(fileURLWithPath: account.keyFile))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: account.keyFile)
        return account
    }

    /// Tells the user how far we are.
    static func say(_ text: String) { FileHandle.standardError.write(Data("weflow-bench: \(text)\n".utf8)) }

    /// What a program prints, without the last line's end.
    static func output(of command: [String], environment: [String: String]? = nil) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: command[0])
        process.arguments = Array(command.dropFirst())
        if let environment { process.environment = environment }
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Failure(description: "\(command.joined(separator: " ")) ended with \(process.terminationStatus)")
        }
        return String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }
}

/// An account of `Peers/account.py`, and what to ask of it.
struct Account: Decodable {
    /// How its databases are encrypted.
    enum Keys: String, Decodable, CaseIterable {
        /// With one page key for all.
        case raw
        /// Each with its own page key, stretched from the account's.
        case account
        /// Not at all.
        case plain
    }

    let account: String
    let keys: Keys
    let key: String
    let me: String
    let talker: String
    let table: String
    let messages: Int
    let middleStart: Int
    let middleEnd: Int
    let rare: String
    let rareCount: Int
    /// What opens its pictures, where it has some.
    let imageKey: String?
    /// The same of their ends.
    let imageXor: Int?

    /// The file that holds the key.
    var keyFile: String {
        URL(fileURLWithPath: account).deletingLastPathComponent().appendingPathComponent("key").path
    }
    /// The folder of databases.
    var store: String { account + "/db_storage" }
    /// The key as the peers take it.
    var peerKey: String { keys == .plain ? "plain:" : "\(keys.rawValue):\(key)" }
}
