"""From CLDR 47, © Unicode, Inc., Unicode licence. Written by tools/date_words.py."""

WORDS = {
    'afternoon': '昼',
    'am': '午前',
    'day': '日|d',
    'evening': '夕方',
    'future': '後',
    'hour': '時間|h',
    'midnight': '真夜中',
    'minute': '分|m',
    'month': 'か月',
    'morning': '朝',
    'night': '夜|夜中',
    'noon': '正午',
    'past': '前',
    'pm': '午後',
    'second': '秒|s',
    'week': '週間',
    'year': '年|y',
}
