import WeFlowArrivals
import WeFlowOutput
public import WeFlowPages
public import WeFlowParameters
import WeFlowQuery
public import WeFlowState

/// The settings of the server that a later start resumes: `serve.json` in the state folder.
public struct ServeSettings: Sendable, Equatable {
    /// Which sessions push events are sent of.
    public enum PushFilter: String, ParameterChoice {
        /// All.
        case all
        /// Those of the list.
        case whitelist
        /// All but those of the list.
        case blacklist
    }

    /// The port.
    public var port: Int
    /// Whether push is enabled.
    public var push: Bool
    /// Which sessions push events are sent of.
    public var pushFilter: PushFilter
    /// The sessions of the filter.
    public var pushList: [String]

    private static let file = "serve.json"

    /// The settings of a first start.
    public init() {
        (port, push, pushFilter, pushList) = (5031, false, .all, [])
    }

    /// The settings that were remembered last; what is missing from the file is as on a first start.
    ///
    /// - Parameter folder: `$XDG_STATE_HOME/weflow`.
    /// - Throws: `.system` where the file cannot be read or is not one of ours.
    public init(from folder: StateFolder) throws(WeFlowError) {
        self.init()
        guard let bytes = try folder.read(Self.file) else { return }
        let path = folder.file(Self.file)
        func damaged(_ reason: String) -> WeFlowError {
            WeFlowError(.system, "\(path) is damaged: \(reason); remove it and give weflow serve its options again")
        }
        let json: JSONValue
        do {
            json = try JSONValue(parsing: bytes)
        } catch {
            throw damaged("line \(error.line), column \(error.column): \(error.reason)")
        }
        if let value = json["port"] {
            guard case .number(let text) = value, let port = Int(text), 1...65_535 ~= port else {
                throw damaged("port is no port")
            }
            self.port = port
        }
        if let value = json["push"] {
            guard case .bool(let push) = value else { throw damaged("push is neither true nor false") }
            self.push = push
        }
        if let value = json["pushFilter"] {
            guard case .string(let word) = value, let filter = PushFilter(rawValue: word) else {
                throw damaged("pushFilter is none of all, whitelist, blacklist")
            }
            pushFilter = filter
        }
        if let value = json["pushList"] {
            guard case .array(let elements) = value else { throw damaged("pushList is no list") }
            pushList = elements.compactMap { if case .string(let id) = $0 { id } else { nil } }
        }
    }

    /// Whether events of a session are sent: the filter by exact ids.
    func sends(_ session: String) -> Bool {
        switch pushFilter {
        case .all: true
        case .whitelist: pushList.contains(session)
        case .blacklist: !pushList.contains(session)
        }
    }

    /// Remembers the settings; the file has mode 0600.
    ///
    /// - Throws: `.system` where it cannot be written.
    public func save(to folder: StateFolder) throws(WeFlowError) {
        var json = JSONWriter(style: .pretty)
        json.beginObject()
        json.integer("port", port)
        json.bool("push", push)
        json.string("pushFilter", pushFilter.rawValue)
        json.beginArray("pushList")
        for id in pushList { json.string(id) }
        json.endArray()
        json.endObject()
        json.endLine()
        folder.removeLeftovers(of: Self.file)
        try folder.write(json.bytes.array(), to: Self.file)
    }
}
