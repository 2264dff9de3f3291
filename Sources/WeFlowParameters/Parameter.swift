/// A parameter and the type of what it gives: `try parameters[MessagesRequest.order]`.
///
/// Each is a static member of the request that takes it and stands in the request's list of parameters. To add one is to
/// write its line there, and to read it in the request's initializer.
public struct Parameter<Value>: Sendable {
    /// All that is known of it.
    public var declaration: ParameterDeclaration

    fileprivate init(
        _ name: String, _ aliases: [ParameterDeclaration.Alias], _ kind: ParameterDeclaration.Kind, _ help: String,
        _ traits: [ParameterTrait]
    ) {
        declaration = ParameterDeclaration(name, kind, help)
        declaration.aliases = aliases
        for trait in traits { trait.set(on: &declaration) }
    }

    /// The same parameter of another request, where something about it is different there.
    public func with(_ traits: ParameterTrait...) -> Parameter {
        var other = self
        for trait in traits { trait.set(on: &other.declaration) }
        return other
    }
}

/// What few parameters have, beside their names, kind and help.
public enum ParameterTrait: Sendable {
    /// It can be given in these places alone.
    case only(ParameterDeclaration.Scope)
    /// The help lists it under this heading.
    case group(ParameterDeclaration.Group)
    /// This stands for its value on the command line.
    case value(String)
    /// The command line takes it as the command's argument, too.
    case orArgument
    /// The command line takes it as the command's argument alone.
    case argument
    /// The command line takes all arguments of the command for it.
    case arguments
    /// The short form of its option.
    case letter(Unicode.Scalar)
    /// Over HTTP it stands in this place of the path.
    case place(String)
    /// A value for the OpenAPI document.
    case example(String)
    /// What it is for, in another request's words.
    case help(String)
    /// The regular expression of a text, or of an item of a list, which the request judges.
    case pattern(@Sendable () -> String)
    /// The regular expression of those texts that say something.
    case telling(@Sendable () -> String)
    /// A list of one item or two different ones.
    case pair
    /// A whole number of up to 18 digits is one of its texts or items.
    case numbers

    fileprivate func set(on declaration: inout ParameterDeclaration) {
        switch self {
        case .only(let scope): declaration.scope = scope
        case .group(let group): declaration.group = group
        case .value(let name): declaration.valueName = name
        case .orArgument: declaration.position = .either
        case .argument: declaration.position = .argument
        case .arguments: declaration.position = .arguments
        case .letter(let letter): declaration.letter = UInt8(ascii: letter)
        case .place(let name): declaration.place = name
        case .example(let text): declaration.example = text
        case .help(let text): declaration.help = text
        case .pattern(let pattern): declaration.pattern = pattern
        case .telling(let pattern): declaration.telling = pattern
        case .pair: declaration.isPair = true
        case .numbers: declaration.takesNumbers = true
        }
    }
}

/// The words of a choice, a case each.
public protocol ParameterChoice: RawRepresentable<String>, CaseIterable, Sendable, Equatable {
    /// Where the word can be given.
    var scope: ParameterDeclaration.Scope { get }
    /// Other words that mean the same.
    var otherWords: [String] { get }
    /// What is said of it where the words are listed, to follow it.
    var note: String { get }
}

extension ParameterChoice {
    /// Everywhere.
    public var scope: ParameterDeclaration.Scope { .everywhere }
    /// None.
    public var otherWords: [String] { [] }
    /// Nothing.
    public var note: String { "" }

    fileprivate static func choices(_ cases: some Sequence<Self>) -> [ParameterDeclaration.Choice] {
        cases.map { .init($0.rawValue, scope: $0.scope, others: $0.otherWords, note: $0.note) }
    }
}

extension Parameter where Value == String? {
    /// Any text.
    public static func text(
        _ name: String, aliases: [ParameterDeclaration.Alias] = [], _ help: String, _ traits: ParameterTrait...
    ) -> Parameter { Parameter(name, aliases, .text, help, traits) }

    /// A text of a form that a regular expression describes; the request judges it.
    public static func formed(
        _ name: String, as pattern: @escaping @Sendable () -> String, _ help: String, _ traits: ParameterTrait...
    ) -> Parameter { Parameter(name, [], .formed(pattern), help, traits) }

    /// The path of a file.
    public static func file(_ name: String, _ help: String, _ traits: ParameterTrait...) -> Parameter {
        Parameter(name, [], .file, help, traits)
    }

    /// The path of a folder.
    public static func folder(_ name: String, _ help: String, _ traits: ParameterTrait...) -> Parameter {
        Parameter(name, [], .folder, help, traits)
    }
}

extension Parameter where Value == String {
    /// A text that must be given.
    ///
    /// - Parameters:
    ///   - name: its name.
    ///   - aliases: other names that are taken.
    ///   - kind: what texts it takes.
    ///   - help: what it is for.
    ///   - missing: what is said where it is not given.
    ///   - traits: what it has besides.
    /// - Returns: the parameter.
    public static func required(
        _ name: String, aliases: [ParameterDeclaration.Alias] = [], _ kind: ParameterDeclaration.Kind,
        _ help: String, missing: ParameterDeclaration.Missing, _ traits: ParameterTrait...
    ) -> Parameter {
        var parameter = Parameter(name, aliases, kind, help, traits)
        parameter.declaration.missing = missing
        return parameter
    }
}

extension Parameter where Value == Int {
    /// A whole number, brought into the range where it lies outside.
    public static func number(
        _ name: String, in range: ClosedRange<Int>, default: Int, _ help: String, _ traits: ParameterTrait...
    ) -> Parameter { Parameter(name, [], .number(range, default: `default`), help, traits) }
}

extension Parameter where Value == Int? {
    /// How long a list is; nil is all of it, which only the command line can ask for.
    public static func limit(most: Int, default: Int) -> Parameter {
        Parameter("limit", [], .limit(most: most, default: `default`), "How many.", [.group(.filters)])
    }

    /// A whole number that must lie in the range.
    public static func exactNumber(
        _ name: String, in range: ClosedRange<Int>, _ help: String, _ traits: ParameterTrait...
    ) -> Parameter { Parameter(name, [], .exactNumber(range), help, traits) }
}

extension Parameter where Value == Bool {
    /// A switch.
    public static func flag(
        _ name: String, aliases: [ParameterDeclaration.Alias] = [], default: Bool = false, _ help: String,
        _ traits: ParameterTrait...
    ) -> Parameter { Parameter(name, aliases, .flag(default: `default`), help, traits) }

    /// A switch that can only be turned on.
    public static func mark(_ name: String, _ help: String, _ traits: ParameterTrait...) -> Parameter {
        Parameter(name, [], .mark, help, traits)
    }
}

extension Parameter where Value == Bool? {
    /// A switch that leaves open what is meant without it.
    public static func optionalFlag(_ name: String, _ help: String, _ traits: ParameterTrait...) -> Parameter {
        Parameter(name, [], .flag(default: nil), help, traits)
    }
}

extension Parameter where Value == Int64? {
    /// A moment in Unix seconds.
    public static func time(
        _ name: String, aliases: [ParameterDeclaration.Alias] = [], as bound: TimeBound, _ help: String,
        _ traits: ParameterTrait...
    ) -> Parameter { Parameter(name, aliases, .time(bound), help, [.value("time")] + traits) }
}

extension Parameter where Value == [String] {
    /// Texts with commas between them.
    public static func list(_ name: String, _ help: String, _ traits: ParameterTrait...) -> Parameter {
        Parameter(name, [], .list, help, traits)
    }

    /// Chats with commas between them.
    public static func chats(_ name: String, _ help: String, _ traits: ParameterTrait...) -> Parameter {
        Parameter(name, [], .chats, help, [.value("talker,…"), .group(.filters)] + traits)
    }

    /// People with commas between them.
    public static func people(_ name: String, _ help: String, _ traits: ParameterTrait...) -> Parameter {
        Parameter(name, [], .people, help, [.value("person,…"), .group(.filters)] + traits)
    }

    /// People with commas between them, of whom `me` is the owner.
    public static func senders(_ name: String, _ help: String, _ traits: ParameterTrait...) -> Parameter {
        Parameter(name, [], .senders, help, [.value("person,…"), .group(.filters)] + traits)
    }
}

extension Parameter where Value: ParameterChoice {
    /// One of the words of a type.
    ///
    /// - Parameters:
    ///   - name: its name.
    ///   - cases: the words that are taken; nil is all of the type.
    ///   - default: what is meant without it.
    ///   - help: what it is for; nothing lists the words.
    ///   - traits: what it has besides.
    /// - Returns: the parameter.
    public static func choice(
        _ name: String, of cases: [Value]? = nil, default: Value, _ help: String = "", _ traits: ParameterTrait...
    ) -> Parameter {
        let choices = cases.map { Value.choices($0) } ?? Value.choices(Value.allCases)
        return Parameter(name, [], .choice(choices, default: `default`.rawValue), help, traits)
    }

    /// One of the words of a type, which must be given.
    public static func requiredChoice(_ name: String, _ help: String = "", _ traits: ParameterTrait...) -> Parameter {
        Parameter(name, [], .choice(Value.choices(Value.allCases), default: nil), help, traits)
    }
}

extension Parameter {
    /// One of the words of a type, for a request that has to know whether it was given.
    ///
    /// - Parameters:
    ///   - name: its name.
    ///   - default: what is meant without it; nil where that depends on what cannot be told in a word.
    ///   - help: what it is for; nothing lists the words.
    ///   - traits: what it has besides.
    /// - Returns: the parameter.
    public static func optionalChoice<Choice: ParameterChoice>(
        _ name: String, default: Choice?, _ help: String = "", _ traits: ParameterTrait...
    ) -> Parameter where Value == Choice? {
        Parameter(name, [], .choice(Choice.choices(Choice.allCases), default: `default`?.rawValue), help, traits)
    }
}

/// Puts a request's parameters and those that it shares with others into a list.
@resultBuilder
public enum ParameterList {
    /// A parameter.
    public static func buildExpression<Value>(_ parameter: Parameter<Value>) -> [ParameterDeclaration] {
        [parameter.declaration]
    }

    /// Parameters of another list.
    public static func buildExpression(_ parameters: [ParameterDeclaration]) -> [ParameterDeclaration] { parameters }

    /// All of them.
    public static func buildBlock(_ parts: [ParameterDeclaration]...) -> [ParameterDeclaration] {
        parts.flatMap { $0 }
    }
}
