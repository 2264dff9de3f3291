internal import ArgumentParser

/// Whether a database is kept as it is before it is changed (contract section 7).
struct BackupOptions: ParsableArguments {
    @Flag(
        inversion: .prefixedNo, exclusivity: .exclusive,
        help: "Keep the database beside itself first, as sns.db.weflow-backup, encrypted as it is. (default: on)")
    var backup: Bool?

    /// The switch as a parameter's text.
    var text: String? { backup?.parameterText }
}
