/// All that is known of one parameter, declared once with the request that takes it.
///
/// From it follow how the parameter is read from a query string, a JSON body and a command line, what an error calls it,
/// its line in the help and the manual, what the shells complete, and its entry in the OpenAPI document. A declaration is
/// a plain value that costs nothing to make; what is written about it is put together only where it is asked for.
public struct ParameterDeclaration: Sendable {
    /// The name as the API has it, `includeMessageCounts`; the command line writes `--include-message-counts`.
    public var name: String
    /// Other names that are taken, in all places where the name is.
    public var aliases: [Alias] = []
    /// What values it takes.
    public var kind: Kind
    /// What it is for, sentences; of a choice an empty text stands for a list of its words. A parameter in back-quotes is
    /// shown as its option on the command line.
    public var help: String
    /// What stands for the value on the command line; nil is the option's own name.
    public var valueName: String?
    /// Where it can be given.
    public var scope = Scope.everywhere
    /// The heading under which the help lists it.
    public var group = Group.options
    /// Whether it can be given as an argument without a name.
    public var position = Position.named
    /// The letter of the option's short form.
    public var letter: UInt8?
    /// The place in an endpoint's path that gives it over HTTP, where it is not among the query's parameters.
    public var place: String?
    /// What an error says where it is missing; nil where it may be.
    public var missing: Missing?
    /// A value for the OpenAPI document.
    public var example: String?
    /// The regular expression of a text, or of an item of a list, where not every one is taken; the request judges it.
    public var pattern: (@Sendable () -> String)?
    /// The regular expression of those texts that say something, where that is more than not to be blank.
    public var telling: (@Sendable () -> String)?
    /// Whether a list has one item, or two different ones, where it has any.
    public var isPair = false
    /// Whether a whole number of up to 18 digits is one of its texts or items, so that a JSON number serves as well.
    public var takesNumbers = false

    /// Declares a parameter; everything else is set afterwards.
    public init(_ name: String, _ kind: Kind, _ help: String) {
        (self.name, self.kind, self.help) = (name, kind, help)
    }

    /// Another name of a parameter.
    public struct Alias: Sendable, ExpressibleByStringLiteral {
        /// The name as the API has it.
        public let name: String
        /// Whether it is misspelt: it is taken, for clients send it, and suggested to nobody.
        public let isMisspelt: Bool

        /// A name like any other.
        public init(stringLiteral name: String) { (self.name, isMisspelt) = (name, false) }

        private init(misspelt name: String) { (self.name, isMisspelt) = (name, true) }

        /// A name that is a slip of those who first used it.
        public static func misspelt(_ name: String) -> Alias { Alias(misspelt: name) }
    }

    /// What values a parameter takes.
    public enum Kind: Sendable {
        /// Any text.
        case text
        /// A text of which this regular expression fits the whole.
        case formed(@Sendable () -> String)
        /// A whole number; what lies outside of the range becomes the nearest that does not.
        case number(ClosedRange<Int>, default: Int)
        /// A whole number that must lie in the range.
        case exactNumber(ClosedRange<Int>)
        /// How long a list is: 1 to `most` over HTTP; the command line takes any number, and 0 for all.
        case limit(most: Int, default: Int)
        /// A switch that can be turned off, too; nil where what is meant without it depends on others.
        case flag(default: Bool?)
        /// A switch that can only be turned on.
        case mark
        /// A moment.
        case time(TimeBound)
        /// One of these words.
        case choice([Choice], default: String?)
        /// Texts with commas between them.
        case list
        /// A chat.
        case chat
        /// A chat that is a group.
        case groupChat
        /// Chats with commas between them.
        case chats
        /// People with commas between them.
        case people
        /// People with commas between them, of whom `me` is the owner.
        case senders
        /// The path of a file.
        case file
        /// The path of a folder.
        case folder
    }

    /// One of the words that a choice takes.
    public struct Choice: Sendable {
        /// The word.
        public let word: String
        /// Where it can be given.
        public let scope: Scope
        /// Other words that mean the same.
        public let others: [String]
        /// What is said of it where the words are listed, to follow it.
        public let note: String

        /// Puts a word together.
        public init(_ word: String, scope: Scope, others: [String], note: String) {
            (self.word, self.scope, self.others, self.note) = (word, scope, others, note)
        }
    }

    /// Where parameters can be given.
    public struct Scope: OptionSet, Sendable {
        /// One bit for each place.
        public let rawValue: UInt8

        /// Makes a set of its bits.
        public init(rawValue: UInt8) { self.rawValue = rawValue }

        /// A subcommand's options.
        public static let commandLine = Scope(rawValue: 1)
        /// An endpoint's parameters.
        public static let http = Scope(rawValue: 2)
        /// The arguments that a language model gives a tool.
        public static let tools = Scope(rawValue: 4)
        /// All of them.
        public static let everywhere: Scope = [.commandLine, .http, .tools]
    }

    /// The headings of the help, in the words that stand there.
    public enum Group: String, Sendable {
        /// Everything that has no other.
        case options = "Options"
        /// What is chosen.
        case filters = "Filters"
        /// Which media are exported.
        case media = "Media"
        /// Where the answer goes and how it is laid out.
        case output = "Output"
        /// Which account, and its keys.
        case account = "Account"
    }

    /// Whether a parameter can be given without its name on the command line.
    public enum Position: Sendable {
        /// It is an option.
        case named
        /// It is an option, and the argument of its command means the same.
        case either
        /// It is an argument.
        case argument
        /// It is all arguments that follow.
        case arguments
    }

    /// What an error says of a parameter that has to be given.
    public struct Missing: Sendable {
        /// What to give, to follow the parameter's name and a semicolon.
        let remedy: String
        /// The whole sentence over HTTP, where clients know another.
        let http: String?

        /// Puts it together.
        public init(_ remedy: String, http: String? = nil) { (self.remedy, self.http) = (remedy, http) }
    }
}

extension ParameterDeclaration {
    /// Whether it has this name among its own.
    func isNamed(_ name: String) -> Bool { self.name == name || aliases.contains { $0.name == name } }

    /// All its names as the API has them.
    public var names: [String] { [name] + aliases.map(\.name) }

    /// Whether several values can be given.
    public var isList: Bool {
        switch kind {
        case .list, .chats, .people, .senders: true
        default: false
        }
    }

    /// Whether it names chats or people.
    public var namesSomebody: Bool {
        switch kind {
        case .chat, .groupChat, .chats, .people, .senders: true
        default: false
        }
    }

    /// Whether it is a switch, which needs no value on the command line.
    public var isSwitch: Bool {
        switch kind {
        case .flag, .mark: true
        default: false
        }
    }

    /// Whether `--no-` turns it off.
    public var hasNegation: Bool { if case .flag = kind { true } else { false } }

    /// The words of a choice that can be given in a place.
    public func choices(in scope: Scope) -> [Choice] {
        guard case .choice(let choices, _) = kind else { return [] }
        return choices.filter { !$0.scope.isDisjoint(with: scope) }
    }
}
