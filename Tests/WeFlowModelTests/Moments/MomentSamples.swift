/// Posts as a client stores them, invented.
enum MomentSamples {
    /// One picture with a Live Photo, one like, two comments of which one is a reply with a sticker.
    static let picture = """
        <SnsDataItem>
          <TimelineObject>
            <id>14763951115626764890</id>
            <username>wxid_sample_author</username>
            <createTime>1760000123</createTime>
            <contentDesc>周末爬山 &amp; 看日落</contentDesc>
            <private>0</private>
            <isTop>0</isTop>
            <sourceUserName></sourceUserName>
            <sourceNickName></sourceNickName>
            <location city="杭州" country="中国" latitude="30.2413" longitude="120.1490"
                      poiName="宝石山" poiAddress="北山街" poiAddressName="" label=""/>
            <ContentObject>
              <type>1</type>
              <title></title>
              <description></description>
              <contentUrl></contentUrl>
              <mediaList>
                <media>
                  <id>14763951115626764891</id>
                  <type>2</type>
                  <sub_type>0</sub_type>
                  <description></description>
                  <url type="1" md5="0123456789abcdef0123456789abcdef"
                       key="14720510155579726123" token="TOKENATTR" enc_idx="1">http://shmmsns.qpic.cn/mmsns/PATHTOKEN/0</url>
                  <thumb type="1" key="14720510155579726123" token="TOKENATTR2" enc_idx="1">http://shmmsns.qpic.cn/mmsns/PATHTOKEN/150</thumb>
                  <size width="1440" height="1080" totalSize="398618"/>
                  <videoDuration>0</videoDuration>
                  <enc>0</enc>
                  <LivePhoto><liveMedia>
                    <id>0</id><type>6</type><subType>0</subType>
                    <url type="1" md5="fedcba9876543210fedcba9876543210">http://shzjwxsns.video.qq.com/102/20202/snsvideodownload?encfilekey=EFK&amp;token=VT</url>
                    <thumb type="1">http://vweixinthumb.tc.qq.com/150/20250/snsvideodownload?encfilekey=EFK2</thumb>
                    <videoSize width="0" height="0"/>
                    <size width="288" height="288" totalSize="9884"/>
                    <videoDuration>2.378</videoDuration>
                    <liveStillImageTimeMs>734</liveStillImageTimeMs>
                    <enc key="2105122989">1</enc>
                  </liveMedia></LivePhoto>
                </media>
              </mediaList>
            </ContentObject>
          </TimelineObject>
          <LocalExtraInfo>
            <nickname>阿木</nickname>
            <like_flag>0</like_flag>
            <like_user_list>
              <user_comment><username>wxid_liker</username><nickname>小林</nickname>
                <create_time>1760000200</create_time><type>1</type><b_deleted>0</b_deleted></user_comment>
            </like_user_list>
            <comment_user_list>
              <user_comment><username>wxid_c1</username><nickname>阿七</nickname><content>好看</content>
                <create_time>1760000300</create_time><type>2</type>
                <comment_id>1</comment_id><comment_64id>0</comment_64id>
                <ref_comment_id>0</ref_comment_id><b_deleted>0</b_deleted></user_comment>
              <user_comment><username>wxid_sample_author</username><nickname>阿木</nickname><content>下次一起</content>
                <create_time>1760000360</create_time><type>2</type><comment_id>2</comment_id>
                <ref_username>wxid_c1</ref_username><ref_comment_id>1</ref_comment_id><b_deleted>0</b_deleted>
                <emojilist><emojiinfo>
                  <md5>00112233445566778899aabbccddeeff</md5><width>120</width><height>120</height>
                  <sns_emoji_data>
                    <url>http://vweixinf.tc.qq.com/110/20401/stodownload?m=M1</url>
                    <encrypt_url>http://wxapp.tc.qq.com/262/20304/stodownload?m=M2</encrypt_url>
                    <aes_key>00112233445566778899aabbccddeeff</aes_key>
                  </sns_emoji_data>
                </emojiinfo></emojilist>
              </user_comment>
            </comment_user_list>
            <with_user_list></with_user_list>
          </LocalExtraInfo>
        </SnsDataItem>
        """

    /// A post of one type with given insides.
    static func post(type: Int, subject: String = "", post: String = "", extra: String = "") -> String {
        "<SnsDataItem><TimelineObject><id>1</id><username>wxid_a</username><createTime>1760000000</createTime>\(post)"
            + "<ContentObject><type>\(type)</type>\(subject)</ContentObject></TimelineObject>"
            + "<LocalExtraInfo>\(extra)</LocalExtraInfo></SnsDataItem>"
    }
}
