import NIOCore
import WeFlowOutput
import WeFlowQuery

extension Endpoint {
    /// The path as the OpenAPI document writes it.
    var documentedPath: String { path.replacing("+}", with: "}") }

    /// The table of endpoints.
    static let all: [Endpoint] = [
        health("/health"), health("/api/v1/health"), messages, newMessages, pull, search, stats, sessions, contacts,
        groupMembers, favorites, articles, labels, friendRequests,
        pushMessages, timeline, momentUsernames, momentStats, momentMedia, momentExport, protectionStatus,
        protectionInstall, protectionUninstall, momentDeletion, media, files, avatars, avatar, unread, openAPI,
    ]

    private static func health(_ path: String) -> Endpoint {
        Endpoint(
            path, needsToken: false,
            operation: Operation(
                name: path == "/health" ? "health" : "apiHealth", summary: "Whether the server runs.",
                content: [.json(AnswerSchemas.health)])
        ) { _, _ in
            Answer(headers: [.contentType: ContentType.json], bytes: ByteBuffer(string: #"{"status":"ok"}"#))
        }
    }

    private static let openAPI = Endpoint(
        "/openapi.json", [.get], needsToken: false,
        operation: Operation(
            name: "openapi", summary: "This document.",
            content: [
                .json(
                    .openObject([
                        .always("openapi", .text, "The version of OpenAPI."),
                        .always("paths", .openObject([]), "The endpoints."),
                    ]))
            ])
    ) { call, _ in
        Answer { writer in
            var json = JSONWriter()
            json.value(OpenAPIDocument.document(server: "http://\(call.host.text)"))
            try await writer.write(json.finish())
        }
    }

    private static let media = Endpoint(
        "/api/v1/media/{relativePath+}",
        operation: Operation(
            name: "media", summary: "A file that a request with media=1 exported.",
            description:
                "The address is the mediaUrl of a message. Range is answered with 206, If-None-Match with 304. Files, which "
                + "come from strangers, are sent as attachments.",
            declared: MediaFile.parameters,
            content: [
                "image/png", "image/jpeg", "image/gif", "image/webp", "audio/wav", "audio/mpeg", "video/mp4",
                "application/octet-stream",
            ].map(Operation.Content.bytes),
            refusals: [.notFound, .rangeNotSatisfiable],
            otherAnswers: [
                (.partialContent, "A part of the file."), (.notModified, "The client has the file already."),
            ])
    ) { call, context in
        let path = try call.pathValue("relativePath")
        return Answer { writer in
            let file = try MediaFile(path, in: context.media.exportPath)
            try await file.send(call, to: writer)
        }
    }
}
