/// The answer of `…/sns/block-delete/status`.
///
/// - Parameters:
///   - isInstalled: whether posts are protected.
///   - style: how the JSON is laid out.
/// - Returns: the body.
public func encodeProtectionStatus(_ isInstalled: Bool, style: JSONWriter.Style) -> OutputBytes {
    encodeSuccess(("installed", isInstalled), style)
}

/// The answer of `…/sns/block-delete/install`.
///
/// - Parameters:
///   - wasInstalled: whether posts were protected already.
///   - style: how the JSON is laid out.
/// - Returns: the body.
public func encodeProtectionInstalled(_ wasInstalled: Bool, style: JSONWriter.Style) -> OutputBytes {
    encodeSuccess(("alreadyInstalled", wasInstalled), style)
}

/// The answer of a change that has nothing to say: `…/sns/block-delete/uninstall` and the deletion of a post.
///
/// - Parameter style: how the JSON is laid out.
/// - Returns: the body.
public func encodeMomentsChanged(style: JSONWriter.Style) -> OutputBytes {
    encodeSuccess(nil, style)
}

private func encodeSuccess(_ member: (name: StaticString, value: Bool)?, _ style: JSONWriter.Style) -> OutputBytes {
    var json = JSONWriter(style: style, capacity: 64)
    json.beginObject()
    json.bool("success", true)
    if let member {
        json.key(member.name)
        json.bool(member.value)
    }
    json.endObject()
    return json.finish()
}
