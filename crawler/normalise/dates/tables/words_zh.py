"""From CLDR 47, © Unicode, Inc., Unicode licence. Written by tools/date_words.py."""

WORDS = {
    'afternoon': '中午',
    'am': '上午|AM',
    'day': '天|日|d',
    'evening': '晚上',
    'future': '后|後',
    'hour': '小时|小時|h',
    'midnight': '午夜',
    'minute': '分钟|分鐘|分|min',
    'month': '个月|個月',
    'morning': '早上|清晨',
    'night': '凌晨',
    'past': '前',
    'pm': '下午|PM',
    'second': '秒钟|秒|s',
    'week': '周|週|星期',
    'year': '年|y',
}
