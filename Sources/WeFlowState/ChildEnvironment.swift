public import WeFlowSystem

extension ChildProcess.Environment {
    /// The variables that hold a key or a token.
    public static let secrets = ["WEFLOW_KEY", "WEFLOW_IMAGE_KEY", "WEFLOW_IMAGE_XOR_KEY", "WEFLOW_TOKEN"]

    /// This program's own variables but for what is secret: what every program gets that is started.
    public static let withoutSecrets = ChildProcess.Environment.own(without: secrets)
}
