/// Which account and which keys a command line names; the parser's form of it is ``AccountOptions``.
protocol AccountChoice {
    /// The account folder.
    var account: String? { get }
    /// The file that holds the database key.
    var keyFile: String? { get }
    /// The database key.
    var key: String? { get }
    /// The AES key of pictures.
    var imageKey: String? { get }
    /// The XOR key of pictures.
    var imageXorKey: String? { get }
    /// Whether the file of remembered page keys is left alone.
    var noKeyCache: Bool { get }
}

/// Where a command line sends the answer, and how it is laid out; the parser's form of it is ``OutputOptions``.
protocol OutputChoice {
    /// The file to write to, nil for the standard output.
    var output: String? { get }
    /// Whether JSON is indented in a pipe and a file too.
    var pretty: Bool { get }
    /// When colours are used.
    var color: ColourMode { get }
}

extension AccountOptions: AccountChoice {}
extension OutputOptions: OutputChoice {}
