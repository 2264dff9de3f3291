public import WeFlowPages

/// The named values of one request, from a URL and a body or from a command line, and the rules to read them by.
///
/// The one place where numbers, booleans, times, aliases and empty values are judged, so that a subcommand and its
/// endpoint cannot differ. Values are read by the parameters' declarations: `try parameters[MessagesRequest.order]`.
/// Where name and alias are both given they must agree. A value that is empty or `null` is absent.
public struct Parameters: Sendable, Equatable {
    /// Who asks: it decides how an error names a parameter, and the few rules that differ.
    public enum Source: Sendable, Equatable {
        /// An endpoint.
        case http
        /// A subcommand.
        case commandLine

        /// The same as a place where parameters are given.
        public var scope: ParameterDeclaration.Scope { self == .http ? .http : .commandLine }
    }

    /// Who asks.
    public let source: Source
    /// From the query string or the command line; a name that is in here hides the body's.
    private var own: [Item] = []
    /// From the JSON body.
    private var body: [Item] = []
    /// What can be given, where that is known: in a debug build nothing else is read.
    public let declared: [ParameterDeclaration]?

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
    ///   - declared: what can be given; others are left alone.
    /// - Throws: `.usage` where a name stands twice in the query string, where an escape is broken, or where the body is
    ///   not an object.
    public init(
        query: QueryString, body: JSONValue? = nil, declared: [ParameterDeclaration]? = nil
    ) throws(WeFlowError) {
        source = .http
        self.declared = declared
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

    /// The parameters of a command line that takes these; none is given yet.
    public init(commandLine declared: [ParameterDeclaration]) {
        source = .commandLine
        self.declared = declared
    }

    /// No value at all: every parameter has its default.
    public init() { self.init(commandLine: [:]) }

    /// The parameters of a command line: API name (`includeMessageCounts`) to text; nil values are absent.
    public init(commandLine values: KeyValuePairs<String, String?>) {
        source = .commandLine
        declared = nil
        for (name, value) in values { set(name, to: value.map(JSONValue.string)) }
    }

    /// Sets one value, or removes it where `value` is nil.
    public mutating func set(_ name: String, to value: JSONValue?) {
        let known = own.firstIndex { $0.name == name }
        switch (value, known) {
        case (let value?, let place?): own[place].value = value
        case (let value?, nil): own.append(Item(name: name, value: value))
        case (nil, let place?): own.remove(at: place)
        case (nil, nil): break
        }
    }

    /// The value that stands under exactly this name in the query string or on the command line.
    public subscript(name: String) -> JSONValue? { own.first { $0.name == name }?.value }

    /// Whether a value that is not empty is there, under any of a parameter's names.
    public func contains(_ parameter: Parameter<some Any>) -> Bool { contains(parameter.declaration) }

    /// Whether a value that is not empty is there, under any of a parameter's names.
    public func contains(_ declaration: ParameterDeclaration) -> Bool {
        has(declaration, among: own) || has(declaration, among: body)
    }

    /// Reads the value under any of a parameter's names, or nil where none is given.
    func value<Value: Equatable>(
        _ parameter: ParameterDeclaration, reading read: (JSONValue, String) throws(WeFlowError) -> Value
    ) throws(WeFlowError) -> Value? {
        assert(declared?.contains { $0.name == parameter.name } ?? true, "\(parameter.name) is not declared")
        // What can only be given in another place means nothing here.
        guard !parameter.scope.isDisjoint(with: source.scope) else { return nil }
        let items = has(parameter, among: own) ? own : body
        var found: (name: String, value: Value)?
        for item in items where Self.isGiven(parameter, by: item) {
            let label = label(parameter, called: item.name)
            let value = try read(parameter.takesNumbers ? item.value.withDigitsAlone : item.value, label)
            if let found, found.value != value {
                let other = self.label(parameter, called: found.name)
                throw WeFlowError(.usage, "\(other) and \(label) disagree; give one of them")
            }
            if found == nil { found = (item.name, value) }
        }
        return found?.value
    }

    private func has(_ parameter: ParameterDeclaration, among items: [Item]) -> Bool {
        for item in items where Self.isGiven(parameter, by: item) { return true }
        return false
    }

    private static func isGiven(_ parameter: ParameterDeclaration, by item: Item) -> Bool {
        guard parameter.isNamed(item.name) else { return false }
        switch item.value {
        case .null, .string(""): return false
        default: return true
        }
    }
}

extension Parameters {
    /// How an error names the parameter: as it is over HTTP, as its option on the command line.
    public func label(_ parameter: Parameter<some Any>) -> String { label(parameter.declaration) }

    /// How an error names the parameter: as it is over HTTP, as its option on the command line.
    public func label(_ declaration: ParameterDeclaration) -> String { label(declaration, called: declaration.name) }

    func label(_ parameter: ParameterDeclaration, called name: String) -> String {
        guard source == .commandLine else { return name }
        switch parameter.position {
        case .argument, .arguments: return parameter.argumentLabel
        case .named, .either: return "--" + ParameterDeclaration.optionName(name)
        }
    }

    /// Whether two hold the same values, in whatever order they were given.
    public static func == (a: Parameters, b: Parameters) -> Bool {
        func values(_ items: [Item]) -> [String: JSONValue] {
            Dictionary(items.map { ($0.name, $0.value) }) { $1 }
        }
        return a.source == b.source && values(a.own) == values(b.own) && values(a.body) == values(b.body)
    }
}

extension JSONValue {
    /// A whole number as its digits, which clients write with a fraction or an exponent that know no whole numbers; and a
    /// list of such.
    fileprivate var withDigitsAlone: JSONValue {
        switch self {
        case .number(let text):
            if let point = text.utf8.firstIndex(of: UInt8(ascii: ".")),
                text.utf8[point...].dropFirst().allSatisfy({ $0 == UInt8(ascii: "0") })
            {
                return .number(String(text[..<point]))
            }
            guard text.utf8.contains(where: { $0 | 0x20 == UInt8(ascii: "e") }) else { return self }
            return Double(text).flatMap(Int64.init(exactly:)).map { .number("\($0)") } ?? self
        case .array(let elements): return .array(elements.map(\.withDigitsAlone))
        case .null, .bool, .string, .object: return self
        }
    }
}
