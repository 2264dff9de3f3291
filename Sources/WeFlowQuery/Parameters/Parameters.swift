public import WeFlowPages

/// The named values of one request, from a URL and a body or from a command line, and the rules to read them by.
///
/// The one place where numbers, booleans, times, aliases and empty values are judged (<doc:ParameterValues>), so that a
/// subcommand and its endpoint cannot differ. Every getter takes the parameter's name and then its aliases; where
/// several are given they must agree. A value that is empty or `null` is absent.
public struct Parameters: Sendable, Equatable {
    /// Who asks: it decides how an error names a parameter, and the few rules that differ.
    public enum Source: Sendable, Equatable {
        /// An endpoint.
        case http
        /// A subcommand.
        case commandLine
    }

    /// Who asks.
    public let source: Source
    /// From the query string or the command line; a name that is in here hides the body's.
    private var own: [Item] = []
    /// From the JSON body.
    private var body: [Item] = []

    /// A value under its name; a request has few, so they stand in a list, each name once.
    private struct Item: Sendable {
        let name: String
        var value: JSONValue
    }

    /// The parameters of an HTTP request.
    ///
    /// - Parameters:
    ///   - query: the query string; its values win over the body's.
    ///   - body: the parsed JSON body, nil where there is none.
    /// - Throws: `.usage` where a name stands twice in the query string, where an escape is broken, or where the body is
    ///   not an object.
    public init(query: QueryString, body: JSONValue? = nil) throws(WeFlowError) {
        source = .http
        for item in query.items {
            guard let name = item.name else {
                throw WeFlowError(.usage, "the query string has a name that is not percent-encoded UTF-8")
            }
            guard let value = item.value else {
                throw WeFlowError(.usage, "\(Self.shown(name)) is not percent-encoded UTF-8")
            }
            guard !own.contains(where: { $0.name == name }) else {
                throw WeFlowError(.usage, "\(Self.shown(name)) stands twice in the query string; give it once")
            }
            own.append(Item(name: name, value: .string(value)))
        }
        switch body {
        case nil: break
        case .object(let members):
            self.body = members.map { Item(name: $0.name, value: $0.value) }
        default: throw WeFlowError(.usage, "the request body must be a JSON object")
        }
    }

    /// A name that a client made up, for a sentence; one that would break the line is not repeated.
    private static func shown(_ name: String) -> String {
        let isShort =
            name.utf8.count <= 64 && name.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
        return isShort && !name.isEmpty ? name : "a parameter"
    }

    /// The parameters of a command line: API name (`includeMessageCounts`) to text; nil values are absent.
    public init(commandLine values: KeyValuePairs<String, String?> = [:]) {
        source = .commandLine
        for (name, value) in values { set(name, to: value) }
    }

    /// Sets one value, or removes it where `value` is nil.
    public mutating func set(_ name: String, to value: String?) {
        let known = own.firstIndex { $0.name == name }
        switch (value.map(JSONValue.string), known) {
        case (let value?, let place?): own[place].value = value
        case (let value?, nil): own.append(Item(name: name, value: value))
        case (nil, let place?): own.remove(at: place)
        case (nil, nil): break
        }
    }

    /// Whether a value that is not empty is there under any of the names.
    public func contains(_ names: String...) -> Bool { !given(names).isEmpty }

    /// How an error names the parameter: as it is over HTTP, as its option on the command line.
    public func label(_ name: String) -> String {
        source == .http ? name : "--" + Self.optionName(name)
    }

    /// The option of a parameter without its dashes: `includeMessageCounts` is `include-message-counts`.
    public static func optionName(_ name: String) -> String {
        name.reduce(into: "") { option, character in
            if character.isUppercase { option += "-" }
            option += character.lowercased()
        }
    }

    /// Reads the value under any of the names, or nil where none is given.
    func value<Value: Equatable>(
        _ names: [String], reading read: (JSONValue, String) throws(WeFlowError) -> Value
    ) throws(WeFlowError) -> Value? {
        var found: (name: String, value: Value)?
        for (name, raw) in given(names) {
            let value = try read(raw, label(name))
            if let found, found.value != value {
                throw WeFlowError(.usage, "\(label(found.name)) and \(label(name)) disagree; give one of them")
            }
            if found == nil { found = (name, value) }
        }
        return found?.value
    }

    private func given(_ names: [String]) -> [(name: String, raw: JSONValue)] {
        for values in [own, body] {
            let present = names.compactMap { name in
                values.first { $0.name == name }.map { (name: name, raw: $0.value) }
            }.filter { $0.raw != .null && $0.raw != .string("") }
            if !present.isEmpty { return present }
        }
        return []
    }
}

extension Parameters {
    /// Whether two hold the same values, in whatever order they were given.
    public static func == (a: Parameters, b: Parameters) -> Bool {
        func values(_ items: [Item]) -> [String: JSONValue] {
            Dictionary(items.map { ($0.name, $0.value) }) { $1 }
        }
        return a.source == b.source && values(a.own) == values(b.own) && values(a.body) == values(b.body)
    }
}
