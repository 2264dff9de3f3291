import HTTPTypes
import WeFlowOutput
import WeFlowQuery

extension Endpoint {
    static let messages = Endpoint(
        "/api/v1/messages",
        operation: Operation(
            name: "messages", summary: "Messages of one session.",
            description: "A session that the store does not know has none.",
            parameters: [
                ParameterDescription(
                    "talker", .text, required: true, "The session's id, a wxid or an id that ends in @chatroom.",
                    example: .string("wxid_xxx")),
                .limit(100, most: 10_000),
                .offset,
                ParameterDescription(
                    "order", .choice(["desc", "asc"], default: "desc"), "Newest or oldest first; paging goes along."),
                .start("start"), .end,
                ParameterDescription("keyword", .text, "What the displayed text must hold, in any case."),
                ParameterDescription("chatlab", .flag(default: false), "The same as format=chatlab."),
                ParameterDescription(
                    "format", .choice(["json", "chatlab"], default: "json"), "Beats chatlab where both are given."),
                ParameterDescription("detail", .flag(default: false), "Adds detail to each message."),
                .partial,
            ] + ParameterDescription.media,
            content: [.json(.any(of: [AnswerSchemas.messages, .reference("ChatLab")]))],
            refusals: [.internalServerError, .serviceUnavailable])
    ) { call, site in
        let request = try MessagesRequest(call.parameters)
        let damage = try Damage(call.parameters)
        return Answer { writer in
            let account = try site.account()
            let media = MediaEnvelope(
                enabled: request.media.isEnabled, exportPath: site.media.exportPath,
                baseURL: "http://\(call.host.text)")
            let exporter = request.media.kinds.isEmpty ? nil : site.exporter(for: account)
            guard request.format == .json else {
                let query = try MessagesQuery(request, in: account, media: exporter)
                let answer = ChatLabAnswer(
                    query, people: ChatPeople(query.chat, in: account), style: .compact, exportedAt: Clock.seconds,
                    media: media)
                let page = try await answer.page()
                try damage.judge(page.losses, writer)
                try await answer.write(page) { bytes in try await writer.write(bytes) }
                return
            }
            try await site.answers.answer(exporter == nil ? call.key : nil, from: account, to: writer) { sink in
                let query = try MessagesQuery(request, in: account, media: exporter)
                let answer = MessagesAnswer(query, style: .compact, media: media)
                let page = try await answer.page()
                try damage.judge(page.losses, writer)
                try await answer.write(page, to: sink)
                return page.losses.sentences.isEmpty
            }
        }
    }

    static let pull = Endpoint(
        "/api/v1/sessions/{id}/messages", [.get],
        operation: Operation(
            name: "pull", summary: "Messages of one session for ChatLab's pull, oldest first.",
            description: "The answer is ChatLab's whatever format says. sync.nextSince repeats since, and "
                + "sync.nextOffset is offset and count, so that a client may apply both or one.",
            places: [
                ParameterDescription(
                    "id", .text, required: true, "The session's id, as it is or percent-encoded.",
                    example: .string("xxx@chatroom"))
            ],
            parameters: [.start("since"), .end, .limit(5000, most: 5000), .offset, .partial],
            content: [.json(AnswerSchemas.pull)], refusals: [.internalServerError, .serviceUnavailable])
    ) { call, site in
        let pull = try PullRequest(call.parameters, id: try call.pathValue("id"))
        let damage = try Damage(call.parameters)
        return Answer { writer in
            let account = try site.account()
            let query = try MessagesQuery(MessagesRequest(pull), in: account)
            let now = Clock.seconds
            let sync = ChatLabAnswer.Sync(since: pull.since, offset: pull.offset, watermark: pull.end ?? now)
            let answer = ChatLabAnswer(
                query, people: ChatPeople(query.chat, in: account), style: .compact, exportedAt: now, media: nil,
                sync: sync)
            let page = try await answer.page()
            try damage.judge(page.losses, writer)
            try await answer.write(page) { bytes in try await writer.write(bytes) }
        }
    }
}

extension ParameterDescription {
    static func limit(_ value: Int, most: Int) -> ParameterDescription {
        ParameterDescription("limit", .number(1...most, default: value), "How many at most.")
    }

    static let offset = ParameterDescription(
        "offset", .number(0...(1 << 53), default: 0), "How many to skip, after the filters.")

    static func start(_ name: String) -> ParameterDescription {
        ParameterDescription(name, .time, "The first second.", example: .string("20260101"))
    }

    static let end = ParameterDescription(
        "end", .time, "The last second; of a bare date 23:59:59.", example: .string("20260131"))

    static let partial = ParameterDescription(
        "partial", .flag(default: false),
        "Answer 200 with what a damaged store still gives, and name the damaged files in WeFlow-Partial.")

    static let media = [
        ParameterDescription(
            "media", aliases: ["meiti"], .flag(default: false), "Export media and give their addresses."),
        ParameterDescription("image", aliases: ["tupian"], .flag(default: true), "With media: pictures."),
        ParameterDescription("voice", aliases: ["vioce"], .flag(default: true), "With media: voice messages."),
        ParameterDescription("video", .flag(default: true), "With media: videos."),
        ParameterDescription("emoji", .flag(default: true), "With media: stickers."),
    ]
}
