/// What members of answers are, where a name means the same wherever it stands; what it means in one object alone is said
/// there.
enum FieldWords {
    static let common: [String: String] = [
        // Answers.
        "success": "Always true.",
        "count": "How many are in this answer.",
        // Chats and people.
        "sessionId": "The chat: a wxid, or an id that ends in @chatroom.",
        "sessionName": "The chat's name as it is shown.",
        "sessionType": "What sort of chat it is.",
        "username": "The id.",
        "displayName": "The name to show: remark, nickname, alias, id, whichever is there first.",
        "remark": "The name that the owner gave.",
        "nickname": "The name that they gave themselves.",
        "alias": "The WeChat id that they chose.",
        "groupNickname": "The name that they bear in this group.",
        "avatarUrl": "The address of the picture.",
        "name": "The name to show.",
        // Messages.
        "messageKey":
            "The one name of a message over all chats: server:serverId:createTime:sortSeq:localId:sender:localType, "
            + "or fallback: in front where the server gave it no id.",
        "localId": "The number of its row; another database of the account may have the same.",
        "localType": "WeChat's number of the kind; of app messages 49, with the sub-type in the upper 32 bits.",
        "sortSeq": "The client's own number for the order within a chat; opaque.",
        "isSend": "1 where the owner sent it.",
        "senderUsername": "Who sent it, by id; empty where the store does not tell.",
        "senderName": "The sender's name as it is shown.",
        "content": "What a person would read.",
        "event": "Whether a message came or was taken back.",
        "quote": "What it answers.",
        "messages": "The messages, in the order that was asked for.",
        "media": "What was exported along with them.",
        "members": "Who writes in these messages.",
        // Media.
        "mediaType": "What sort of file was exported.",
        "mediaFileName": "The name of the exported file.",
        "mediaUrl": "Where the server gives the exported file.",
        "mediaLocalPath": "Where the exported file lies on this machine.",
        "fileName": "The name of the file.",
        "fileExt": "The extension, lower case, without a dot.",
        "md5": "The MD5 of the file, in hex digits.",
        "width": "Pixels, 0 where unknown.",
        "height": "Pixels, 0 where unknown.",
        "contentType": "The content type.",
        // Texts and places.
        "title": "The title.",
        "text": "The text.",
        "url": "The address.",
        "location": "The place.",
        "latitude": "Degrees to the north.",
        "longitude": "Degrees to the east.",
        "label": "The address in words.",
        "poiName": "The name of the place.",
        "seconds": "How long it is.",
        "platform": "Always wechat.",
    ]
}
