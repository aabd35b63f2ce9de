/** Words with which people search an emoji, and shortcodes that differ from its name. Words of two languages are apart. */
export const WORDS = `
😀 웃음 스마일 |
😃 웃음 | smiley
😄 웃음 ㅎㅎ | smile
😁 웃음 | grin
😆 웃음 ㅋㅋ 하하 | laughing
😅 땀 민망 | sweat_smile
🤣 ㅋㅋㅋ 빵터짐 | rofl
😂 ㅋㅋ 웃겨 웃음 | joy lol
🙂 미소 |
😉 윙크 |
😊 미소 행복 | blush
😇 천사 | innocent
🥰 사랑 |
😍 반함 | heart_eyes
😘 뽀뽀 | kissing_heart
😋 냠냠 맛있다 | yum
😛 메롱 |
🤔 고민 흠 | thinking
🤗 포옹 | hugs
🤫 쉿 |
😐 무표정 |
😑 무표정 |
🙄 | roll_eyes
😏 | smirk
😌 안도 |
😴 졸려 쿨쿨 |
😷 감기 |
🤒 열 아파 |
🥵 더워 |
🥶 추워 |
😵 어질어질 |
🤯 멘붕 충격 |
🥳 축하 생일 |
😎 멋짐 |
😮 헉 놀람 | wow
😲 헉 |
😳 당황 |
🥺 부탁 애교 |
😢 슬픔 눈물 | cry sad
😭 ㅠㅠ 눈물 슬픔 | sob
😱 경악 무서워 | scream
😓 땀 | sweat
😡 화남 분노 | rage
😠 화남 |
🤬 욕 | cursing_face
😈 악마 | smiling_imp
💀 해골 |
💩 똥 | poop shit
👻 유령 |
🤖 로봇 |
❤️ 하트 사랑 | heart love
🧡 하트 |
💛 하트 |
💚 하트 |
💙 하트 |
💜 하트 |
🖤 하트 |
🤍 하트 |
💕 하트 |
💖 하트 |
💔 이별 |
💯 백점 | 100
💢 빠직 | anger
💥 쾅 | boom
💦 땀 |
💤 쿨쿨 | zzz
💬 말풍선 |
👋 안녕 인사 | wave hi
👌 오케이 |
✌️ 브이 |
🤞 행운 |
🤙 전화 |
👆 | point_up_2
👇 | point_down
☝️ | point_up
👍 좋아요 최고 따봉 굿 | +1 thumbsup like
👎 싫어요 별로 | -1 thumbsdown
✊ 주먹 |
👊 주먹 | facepunch
👏 박수 짝짝 | clap
🙌 만세 |
🙏 감사 고마워 부탁 제발 | pray thanks
💪 파이팅 힘 | muscle
👀 눈 | eyes
🙅 안돼 | no_good
🙆 오케이 | ok_woman
🙋 저요 손 | raising_hand
🙇 죄송 감사 인사 | bow sorry
🤦 한숨 | facepalm
🤷 몰라 글쎄 | shrug
💃 댄스 춤 | dancer
🐶 강아지 멍멍 |
🐱 고양이 야옹 |
🐥 병아리 |
🌸 벚꽃 |
🍀 행운 |
☕ 커피 카페 |
🍺 맥주 | beer
🍻 건배 |
🍚 식사 |
🍜 라면 점심 | ramen
🍗 치킨 |
🎂 생일 |
🚀 출시 배포 |
⏰ 알람 |
☀️ 해 날씨 맑음 | sunny
🌧️ 비 |
🔥 최고 대박 | lit
⭐ 별 |
✨ 반짝 |
🎉 축하 파티 짝짝 | tada
🎁 선물 | gift
🏆 우승 | trophy
🎵 음악 |
📌 고정 | pushpin
💡 아이디어 | bulb
💰 돈 |
📢 공지 |
🔔 알림 |
✅ 체크 확인 완료 | white_check_mark done
✔️ 확인 |
❌ 엑스 아니 | x
⭕ 동그라미 | o
❓ 물음표 | question
❗ 느낌표 | exclamation
🚨 긴급 | rotating_light
🐛 버그 | bug
🛠️ 수리 |
🫡 경례 네 | salute
🫶 하트 사랑 |
🤝 약속 협력 |
`;
