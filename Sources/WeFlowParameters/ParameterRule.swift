/// What parameters of one request have to do with each other, which none of their declarations can say alone.
public enum ParameterRule: Sendable {
    /// Where the first is given, none of the others can be.
    case excludes(ParameterDeclaration, [ParameterDeclaration], called: String)
    /// One of them has to be given, and to say something: blanks, a switch that is off and a time of 0 do not.
    case needsOne([ParameterDeclaration], called: String)

    /// All that it is about.
    public var parameters: [ParameterDeclaration] {
        switch self {
        case .excludes(let first, let others, _): others + [first]
        case .needsOne(let all, _): all
        }
    }

    /// One word for all of them together, for the OpenAPI document.
    public var name: String {
        switch self {
        case .excludes(_, _, let name), .needsOne(_, let name): name
        }
    }
}
