"""The program of this benchmark folder. It is replaced whole when the folder is rendered again:
do not edit it; every other file of the folder is yours."""

VERSION = "0.2.0"
