import WeFlowParameters
import WeFlowQuery

/// What is asked, and what is answered at once.
extension Conversation {
    mutating func answer(
        _ id: RequestID, _ method: String, _ parameters: JSONValue?, in batch: Int?
    ) -> [Step] {
        let meta = parameters?["_meta"]
        if let asked = meta?[Self.revisionKey] {
            if let fault = Self.fault(id, asked, meta) { return [.send(fault)] }
            return answerModern(id, method, parameters, in: batch)
        }
        let isKnown = ["initialize", "ping", "tools/list", "tools/call", "server/discover"].contains(method)
        if let parameters, isKnown {
            guard case .object = parameters else { return [.send(Self.wrong(id, "params must be an object"))] }
        }
        switch method {
        case "initialize": return [.send(initialize(id, parameters))]
        case "ping": return [.send(Reply.result(id, [:]))]
        default: break
        }
        guard revision != nil else {
            guard isKnown else { return [.send(Self.unknown(id, method))] }
            return [
                .send(
                    Self.wrong(
                        id,
                        "params._meta must hold \(Self.revisionKey) and \(Self.capabilitiesKey), or initialize comes "
                            + "first"))
            ]
        }
        switch method {
        case "tools/list": return [.send(list(id, parameters, isModern: false))]
        case "tools/call": return call(id, parameters, isModern: false, in: batch)
        default: return [.send(Self.unknown(id, method))]
        }
    }

    private mutating func answerModern(
        _ id: RequestID, _ method: String, _ parameters: JSONValue?, in batch: Int?
    ) -> [Step] {
        guard batch == nil else {
            return [.send(Reply.error(id, .noRequest, "Revision 2026-07-28 has no batches; send one message a line"))]
        }
        switch method {
        case "server/discover": return [.send(discover(id))]
        case "tools/list": return [.send(list(id, parameters, isModern: true))]
        case "tools/call": return call(id, parameters, isModern: true, in: nil)
        default: return [.send(Self.unknown(id, method))]
        }
    }

    /// What is wrong with what a request says of its revision; nil where nothing is.
    private static func fault(_ id: RequestID, _ asked: JSONValue, _ meta: JSONValue?) -> JSONValue? {
        guard let text = asked.text else { return wrong(id, "\(revisionKey) must be a text") }
        guard ProtocolRevision.withoutHandshake.contains(where: { $0.rawValue == text }) else {
            return Reply.error(
                id, .unsupportedRevision, "Unsupported protocol version",
                data: ["supported": revisions, "requested": asked])
        }
        guard case .object? = meta?[capabilitiesKey] else {
            return wrong(id, "params._meta must hold \(capabilitiesKey), an object")
        }
        return nil
    }

    private static var revisions: JSONValue { .array(ProtocolRevision.withoutHandshake.map { .string($0.rawValue) }) }

    private static func wrong(_ id: RequestID, _ why: String) -> JSONValue { Reply.error(id, .wrongParameters, why) }

    private static func unknown(_ id: RequestID, _ method: String) -> JSONValue {
        Reply.error(id, .unknownMethod, "There is no method \(method.prefix(100))")
    }

    private mutating func initialize(_ id: RequestID, _ parameters: JSONValue?) -> JSONValue {
        guard let asked = parameters?["protocolVersion"]?.text else {
            return Self.wrong(id, "protocolVersion is missing")
        }
        let agreed =
            ProtocolRevision.withHandshake.first { $0.rawValue == asked } ?? ProtocolRevision.withHandshake.last
            ?? .november2025
        revision = agreed
        return Reply.result(
            id,
            [
                "protocolVersion": .string(agreed.rawValue), "capabilities": ["tools": [:]], "serverInfo": serverInfo,
                "instructions": .string(server.instructions),
            ])
    }

    private func discover(_ id: RequestID) -> JSONValue {
        Reply.result(
            id,
            [
                "resultType": "complete", "supportedVersions": Self.revisions, "capabilities": ["tools": [:]],
                "instructions": .string(server.instructions), "ttlMs": .integer(Self.keeping), "cacheScope": "public",
                "_meta": meta,
            ])
    }

    private func list(_ id: RequestID, _ parameters: JSONValue?, isModern: Bool) -> JSONValue {
        if let cursor = parameters?["cursor"], cursor != .null {
            return Self.wrong(id, "cursor is none of an answer; the list has one page")
        }
        guard isModern else { return Reply.result(id, ["tools": server.tools]) }
        return Reply.result(
            id,
            [
                "resultType": "complete", "tools": server.tools, "ttlMs": .integer(Self.keeping),
                "cacheScope": "public",
                "_meta": meta,
            ])
    }

    private mutating func call(
        _ id: RequestID, _ parameters: JSONValue?, isModern: Bool, in batch: Int?
    ) -> [Step] {
        guard let name = parameters?["name"]?.text else { return [.send(Self.wrong(id, "name of a tool is missing"))] }
        guard server.toolNames.contains(name) else {
            return [.send(Self.wrong(id, "There is no tool \(name.prefix(100))"))]
        }
        var arguments: [JSONValue.Member] = []
        switch parameters?["arguments"] {
        case nil, .null?: break
        case .object(let members)?: arguments = members
        default: return [.send(Self.wrong(id, "arguments must be an object"))]
        }
        last += 1
        let token = parameters?["_meta"]?["progressToken"].flatMap(RequestID.init)
        pending[last] = Pending(id: id, isModern: isModern, batch: batch, progressToken: token)
        numbers[id] = last
        if let batch { batches[batch]?.open += 1 }
        return [.run(Call(number: last, tool: name, arguments: arguments, wantsProgress: token != nil))]
    }

    private var serverInfo: JSONValue { ["name": "weflow", "version": .string(server.version)] }
    var meta: JSONValue { ["io.modelcontextprotocol/serverInfo": serverInfo] }
}
