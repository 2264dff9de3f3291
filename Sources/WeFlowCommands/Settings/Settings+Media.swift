internal import WeFlowMedia
internal import WeFlowPages
internal import WeFlowQuery
internal import WeFlowSystem

extension Settings {
    /// What the export of media needs to know.
    ///
    /// - Throws: `.usage` where a key of pictures has a form that no key has; the setting is named, the key is not.
    func media(in context: Context) throws(WeFlowError) -> MediaSettings {
        MediaSettings(
            exportPath: absoluteExportPath, imageKeys: try imageKeys(),
            ffmpeg: FFmpeg.find(configured: ffmpeg?.value) { context.environment[$0] })
    }

    /// What is known of the keys of pictures.
    ///
    /// - Throws: `.usage` where one has a form that no key has.
    func imageKeys() throws(WeFlowError) -> ImageKeys {
        ImageKeys(
            aes: try imageKey.map { setting throws(WeFlowError) in try Self.parsed(setting, as: ImageKey.init) },
            xor: try imageXorKey.map { setting throws(WeFlowError) in
                try Self.parsed(setting) { text throws(ImageKeyFormFailure) in try ImageKeys.xorKey(from: text) }
            })
    }

    /// The folder of exported media, from the root.
    var absoluteExportPath: String {
        var path = exportPath.value
        if !Paths.isAbsolute(path), let here = System.currentFolder { path = here + "/" + path }
        while path.count > 1, path.hasSuffix("/") { path.removeLast() }
        return path
    }

    private static func parsed<Key>(
        _ setting: Setting<SecretBytes>, as parse: (String) throws(ImageKeyFormFailure) -> Key
    ) throws(WeFlowError) -> Key {
        do throws(ImageKeyFormFailure) {
            return try parse(setting.value.withUnsafeBytes { String(decoding: $0, as: UTF8.self) })
        } catch {
            throw WeFlowError(.usage, "\(setting.origin): \(error.description)")
        }
    }
}
