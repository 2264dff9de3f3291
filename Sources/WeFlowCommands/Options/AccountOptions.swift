internal import ArgumentParser

/// Which account, and the keys that open it (<doc:SettingsAndSecrets>).
struct AccountOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The account folder, the one that holds db_storage. [WEFLOW_ACCOUNT]", valueName: "dir"),
        completion: .directory)
    var account: String?

    @Option(
        help: ArgumentHelp(
            "A file that holds the database key; - reads it from the standard input.", valueName: "file"),
        completion: .file())
    var keyFile: String?

    @Option(
        help: ArgumentHelp(
            "The database key, 64 hex digits; others see it in the list of processes. [WEFLOW_KEY]", valueName: "hex"))
    var key: String?

    @Option(help: ArgumentHelp("The AES key of pictures. [WEFLOW_IMAGE_KEY]", valueName: "key"))
    var imageKey: String?

    @Option(help: ArgumentHelp("The XOR key of pictures, 0 to 255. [WEFLOW_IMAGE_XOR_KEY]", valueName: "byte"))
    var imageXorKey: String?

    @Flag(help: "Neither use nor write the file of remembered page keys.")
    var noKeyCache = false
}
